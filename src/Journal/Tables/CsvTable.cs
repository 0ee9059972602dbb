using System.Buffers;
using System.Globalization;
using System.Text;
using EdgeRuntime.Facts;
using EdgeRuntime.Journal.Disks;
using EdgeRuntime.Journal.Sealed;

namespace EdgeRuntime.Journal.Tables;

/// <summary>RFC 4180: comma, CRLF, quotes where they are needed; UTF-8 without a mark, numbers with a point. An empty string is <c>""</c>, no value is nothing.</summary>
sealed class CsvTable : ITableForm
{
    static readonly SearchValues<char> s_quoted = SearchValues.Create(",\"\r\n");

    readonly DiskStream _stream;
    readonly StreamWriter _text;

    public CsvTable(IDisk disk, string path)
    {
        _stream = new DiskStream(disk.Create(path, 0));
        _text = new StreamWriter(_stream, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true), bufferSize: 1 << 16, leaveOpen: true) { NewLine = "\r\n" };
        _text.WriteLine("asset,tag,unit,event_time,ingest_time,server_time,status_code,quality,kind,value,text");
    }

    public void Add(in SampleTableRow row)
    {
        Sample sample = row.Sample;
        Field(row.Asset);
        Field(sample.Tag);
        Field(row.Unit);
        Field(Iso8601.Format(sample.Event.UnixNanoseconds));
        Field(Iso8601.Format(sample.Ingest.UnixNanoseconds));
        Field(sample.Server is { } server ? Iso8601.Format(server.UnixNanoseconds) : null);
        Field(sample.Quality.StatusCode.ToString(CultureInfo.InvariantCulture));
        Field(sample.Quality.ToString());
        Field(row.Kind);
        Field(row.Number?.ToString("R", CultureInfo.InvariantCulture));
        Field(row.Text, last: true);
    }

    public void Finish()
    {
        _text.Flush();
        _stream.Finish();
    }

    // Not the writer: it would write what it still has, to a file that is given up.
    public void Dispose() => _stream.Dispose();

    void Field(string? text, bool last = false)
    {
        if (text is "" || text.AsSpan().ContainsAny(s_quoted))
        {
            _text.Write('"');
            _text.Write(text!.Replace("\"", "\"\"", StringComparison.Ordinal));
            _text.Write('"');
        }
        else
        {
            _text.Write(text);
        }

        if (last)
            _text.WriteLine();
        else
            _text.Write(',');
    }
}
