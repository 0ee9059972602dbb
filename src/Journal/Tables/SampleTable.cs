using EdgeRuntime.Journal.Disks;

namespace EdgeRuntime.Journal.Tables;

/// <summary>
/// Writes samples for people's tools, one a line with engineering values: Parquet or CSV, as the name of the file ends. The same rows give the
/// same bytes, memory stays small, and the file gets its name only when it is whole.
/// </summary>
/// <remarks>
/// Columns: <c>asset, tag, unit, event_time, ingest_time, server_time, status_code, quality, kind, value, text</c>. Times are UTC with
/// nanoseconds. <c>value</c> holds doubles, integers and booleans (0 or 1), <c>text</c> strings, blobs as <c>sha256:HEX SIZE</c>, and the digits
/// of integers beyond 2^53, which a double may not hold.
/// </remarks>
public sealed class SampleTable : IDisposable
{
    public const string Parquet = ".parquet";
    public const string Csv = ".csv";

    readonly IDisk _disk;
    readonly string _path;
    readonly string _folder;
    readonly string _beside;
    readonly ITableForm _form;
    bool _closed;
    bool _finished;

    SampleTable(IDisk disk, string path)
    {
        _disk = disk;
        _path = path;
        _folder = Path.GetDirectoryName(path)!;
        string name = Path.GetFileName(path) + ".writing";
        _beside = Path.Combine(_folder, name);
        if (disk.List(_folder).Contains(name))
            disk.Delete(_beside);
        _form = EndsWith(path, Parquet) ? new ParquetTable(disk, _folder, name) : new CsvTable(disk, _beside);
    }

    /// <summary>Rows so far.</summary>
    public long Rows { get; private set; }

    /// <summary>Whether there is a form for a file of this name.</summary>
    public static bool Knows(string path) => EndsWith(path, Parquet) || EndsWith(path, Csv);

    /// <summary>Begins a table beside <paramref name="path"/>; what has that name stays until <see cref="Finish"/>.</summary>
    /// <param name="path">Full path; <see cref="Knows"/> it.</param>
    /// <exception cref="ArgumentException">There is no form for a file of this name.</exception>
    /// <exception cref="IOException">The disk refuses.</exception>
    public static SampleTable Create(IDisk disk, string path) => Knows(path)
        ? new SampleTable(disk, path)
        : throw new ArgumentException($"{path} ends neither with {Parquet} nor with {Csv}.", nameof(path));

    /// <exception cref="IOException">The disk refuses.</exception>
    public void Add(in SampleTableRow row)
    {
        _form.Add(row);
        Rows++;
    }

    /// <summary>Makes what was written durable and gives it its name, in the place of a file that has it.</summary>
    /// <exception cref="IOException">The disk refuses.</exception>
    public void Finish()
    {
        _form.Finish();
        Close();
        _disk.Rename(_beside, _path);
        _finished = true;
        _disk.SyncFolder(_folder);
    }

    /// <summary>Without <see cref="Finish"/> nothing of the table stays.</summary>
    public void Dispose()
    {
        if (_finished)
            return;
        _finished = true;
        Close();
        _disk.Delete(_beside);
    }

    // Windows neither renames nor deletes a file that is open.
    void Close()
    {
        if (!_closed)
            _form.Dispose();
        _closed = true;
    }

    static bool EndsWith(string path, string form) => path.EndsWith(form, StringComparison.OrdinalIgnoreCase);
}
