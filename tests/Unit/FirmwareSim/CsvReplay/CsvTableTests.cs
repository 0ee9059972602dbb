using System.Text;
using EdgeRuntime.FirmwareSim.CsvReplay;
using EdgeRuntime.FirmwareSim;
using Xunit;

namespace EdgeRuntime.Tests.Unit.FirmwareSim.CsvReplay;

public sealed class CsvTableTests
{
    static readonly CsvDialect Generic = new(',', "time", ["iso8601"], CsvDialect.LabelsUnlessTold);
    static readonly FileZone Utc = FileZone.Parse(FileZone.NaiveAsUtc);

    [Fact]
    public void Mixed_line_ends_a_missing_last_one_quotes_and_a_byte_order_mark_are_all_ordinary()
    {
        (List<string> rows, List<string> refused) = Read("\uFEFFtime,\"a,b\",c\r\n2026-01-01T00:00:00Z,1,2\n2026-01-01T00:00:01Z,,3\r\n\n2026-01-01T00:00:02Z,\"x,\"\"y\",4");
        Assert.Empty(refused);
        Assert.Equal(["1|2", "|3", "\"x,\\u0022y\"|4"], rows);
    }

    [Fact]
    public void A_row_that_is_none_is_refused_with_its_line_and_the_others_go_on()
    {
        (List<string> rows, List<string> refused) = Read("time,a\n2026-01-01T00:00:00Z,1\nyesterday,2\n2026-01-01T00:00:02Z\n2026-01-01T00:00:03Z,\"4\n2026-01-01T00:00:04Z,5\n");
        Assert.Equal(["1", "5"], rows);
        Assert.Collection(
            refused,
            r => Assert.Contains(":3: the row has the time 'yesterday'", r, StringComparison.Ordinal),
            r => Assert.Contains(":4: the row has 1 cells where the header has 2", r, StringComparison.Ordinal),
            r => Assert.Contains(":5: the row has a quote that is not closed", r, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("", "has no header line")]
    [InlineData("t,a\n", "has no time column 'time'; its columns are t, a")]
    [InlineData("time,a,a\n", "two columns called 'a'")]
    public void A_header_that_cannot_be_used_is_refused(string text, string rule)
    {
        UsageException refused = Assert.Throws<UsageException>(() => Read(text));
        Assert.Contains(rule, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_zone_is_said_and_then_applied()
    {
        var dialect = new CsvDialect(',', "time", ["yyyy-MM-dd HH:mm:ss"], []);
        string path = Write("time,a\n2020-03-01 16:28:16,1\n");
        using CsvTable naive = CsvTable.Open(path, dialect, Utc);
        Assert.True(naive.TryRead(out CsvRow? row, out _));
        Assert.Equal("2020-03-01T16:28:16Z", PlantTime.Format(row!.Time));
        using CsvTable moscow = CsvTable.Open(path, dialect, FileZone.Parse("+03:00"));
        Assert.True(moscow.TryRead(out row, out _));
        Assert.Equal("2020-03-01T13:28:16Z", PlantTime.Format(row!.Time));
        Assert.Throws<UsageException>(() => FileZone.Parse("local"));
    }

    [Theory]
    [InlineData("unix-s", "1767225600.25", "2026-01-01T00:00:00.25Z")]
    [InlineData("unix-ms", "1767225600250", "2026-01-01T00:00:00.25Z")]
    [InlineData("dd.MM.yyyy HH:mm", "01.02.2026 03:04", "2026-02-01T03:04:00Z")]
    public void Generic_time_formats(string format, string text, string expected)
    {
        Assert.True(new CsvDialect(',', "time", [format], []).TryReadTime(Encoding.UTF8.GetBytes(text), out DateTime time));
        Assert.Equal(expected, PlantTime.Format(time));
    }

    static (List<string> Rows, List<string> Refused) Read(string text)
    {
        using CsvTable table = CsvTable.Open(Write(text), Generic, Utc);
        var rows = new List<string>();
        var refused = new List<string>();
        while (table.TryRead(out CsvRow? row, out string refusal))
        {
            if (row is null)
                refused.Add(refusal);
            else
                rows.Add(string.Join('|', row.Values.Select(v => v is null ? "" : Encoding.UTF8.GetString(v))));
        }

        return (rows, refused);
    }

    static string Write(string text)
    {
        string path = Path.Combine(Directory.CreateTempSubdirectory("csv").FullName, "file.csv");
        File.WriteAllBytes(path, Encoding.UTF8.GetBytes(text));
        return path;
    }
}
