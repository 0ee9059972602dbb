using EdgeRuntime.Facts;
using EdgeRuntime.Hq.Datasets;
using EdgeRuntime.Hq.Training;
using Xunit;

namespace EdgeRuntime.Tests.Unit.Hq.Datasets;

public sealed class CsvFilesTests : IDisposable
{
    static readonly CsvMapping Mapping = new("*.csv", ';', "t", "yyyy-MM-dd HH:mm:ss", TimeSpan.Zero, [new("P in", "pressure", "bar"), new("F", "flow", "l/min")]);

    readonly string _folder = Directory.CreateTempSubdirectory("csv").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Columns_are_found_by_name_and_an_empty_cell_is_a_missing_value()
    {
        Write("a.csv", "F;t;x;P in\r\n1.5;2026-01-01 00:00:01;7;\r\n2;2026-01-01 00:00:02;7;-3e1\r\n");
        SignalTable table = CsvFiles.Read(_folder, Mapping);
        Assert.Equal("2026-01-01T00:00:01Z", table.Rows[0].At.ToString());
        Assert.Equal([double.NaN, 1.5], table.Rows[0].Values);
        Assert.Equal([-30, 2], table.Rows[1].Values);
    }

    [Fact]
    public void True_and_false_are_1_and_0_and_a_column_may_tell_when_a_row_came()
    {
        Write("a.csv", "t;P in;F;came\n2026-01-01 01:00:00;true;false;2026-01-01 00:00:03\n");
        SignalRow row = Assert.Single(CsvFiles.Read(_folder, Mapping with { ReceivedColumn = "came" }).Rows);
        Assert.Equal([1, 0], row.Values);
        Assert.Equal(("2026-01-01T01:00:00Z", "2026-01-01T00:00:03Z"), (row.At.ToString(), row.Received.ToString()));
        Assert.Null(CsvFiles.Read(_folder, Mapping).Rows[0].Received);
    }

    [Fact]
    public void Files_are_read_in_order_of_names_and_any_changed_byte_is_another_dataset()
    {
        Write("b.csv", "t;P in;F\n2026-01-01 00:00:02;2;0\n");
        Write("a.csv", "t;P in;F\n2026-01-01 00:00:01;1;0\n");
        SignalTable table = CsvFiles.Read(_folder, Mapping);
        Assert.Equal([new SignalFile("a.csv", 1), new SignalFile("b.csv", 1)], table.Files);
        Assert.Equal([1, 2], table.Rows.Select(r => r.Values[0]));
        Assert.Equal(table.Digest, CsvFiles.Read(_folder, Mapping).Digest);
        Write("b.csv", "t;P in;F\n2026-01-01 00:00:02;2;00\n");
        Assert.NotEqual(table.Digest, CsvFiles.Read(_folder, Mapping).Digest);
    }

    [Theory]
    [InlineData("1", "2025-12-31T23:00:00Z")]
    [InlineData("-2", "2026-01-01T02:00:00Z")]
    [InlineData(null, "2026-01-01T00:00:00Z")]
    public void Times_are_moved_to_UTC_only_where_the_mapping_says_so(string? hours, string expected)
    {
        Write("a.csv", "t;P in;F\n2026-01-01 00:00:00;1;0\n");
        TimeSpan? offset = hours is null ? null : TimeSpan.FromHours(int.Parse(hours, System.Globalization.CultureInfo.InvariantCulture));
        Assert.Equal(expected, CsvFiles.Read(_folder, Mapping with { Offset = offset }).Rows[0].At.ToString());
    }

    [Theory]
    [InlineData("", "a.csv is empty")]
    [InlineData("t;P in;F\n", "a.csv has a header and not one row; take it out of data.csv, or export it again.")]
    [InlineData("\u0001\u0000PK\n", "a.csv is no text; data.csv takes CSV files only.")]
    [InlineData("t;P in\n", "a.csv has no column 'F'; it has t, P in.")]
    [InlineData("t;P in;F;P in\n2026-01-01 00:00:00;1;0;1\n", "a.csv has the column 'P in' twice; rename one of them or take it out.")]
    [InlineData("t;P in;F\n2026-01-01 00:00:00;1\n", "a.csv:2: the line has 2 cells; the header has 3.")]
    [InlineData("t;P in;F\n2026-01-01 00:00:00;1;0\n2026-01-01 00:00:01;1,5;0\n", "a.csv:3: P in is '1,5'; it must be a number, true, false or empty.")]
    [InlineData("t;P in;F\n01.01.2026;1;0\n", "a.csv:2: '01.01.2026' is not a time of the form yyyy-MM-dd HH:mm:ss.")]
    [InlineData("t;P in;F\n2500-01-01 00:00:00;1;0\n", "is not a time of the form")]
    public void What_cannot_be_read_is_said_with_its_place(string text, string sentence)
    {
        Write("a.csv", text);
        Assert.Contains(sentence, Assert.Throws<TrainingException>(() => CsvFiles.Read(_folder, Mapping)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Rows_that_lie_before_a_row_above_them_are_counted()
    {
        Write("a.csv", "t;P in;F\n2026-01-01 00:00:05;1;0\n2026-01-01 00:00:03;1;0\n2026-01-01 00:00:04;1;0\n2026-01-01 00:00:05;1;0\n2026-01-01 00:00:06;1;0\n");
        Assert.Equal(2, CsvFiles.Read(_folder, Mapping).Files.Single().LateRows);
    }

    [Fact]
    public void No_file_at_all_is_said() =>
        Assert.Equal("data.csv: no file matches 'none/*.csv' beside the recipe.",
            Assert.Throws<TrainingException>(() => CsvFiles.Read(_folder, Mapping with { Files = "none/*.csv" })).Message);

    [Fact]
    public void Vectors_with_gaps_or_out_of_reach_of_float32_are_left_out_and_counted()
    {
        Write("a.csv", "t;P in;F\n2026-01-01 00:00:00;1;0\n2026-01-01 00:00:01;;0\n2026-01-01 00:00:02;1e300;0\n");
        FileVectors vectors = Assert.Single(new ReadyVectors(new PipelineIdentity("p", "1", Digest.None), Mapping.Columns).Compute(CsvFiles.Read(_folder, Mapping)));
        Assert.Single(vectors.Rows);
        Assert.Equal(2, vectors.LeftOut);
    }

    [Theory]
    [InlineData("**/*.csv", "a.csv,b/c.csv,b/d/e.csv")]
    [InlineData("*/*.csv", "b/c.csv")]
    [InlineData("b/**/*.csv", "c.csv,d/e.csv")]
    [InlineData("b/?.csv", "c.csv")]
    public void Wildcards_reach_into_folders_and_a_file_is_called_by_its_path_below_the_plain_part(string pattern, string names)
    {
        Directory.CreateDirectory(Path.Combine(_folder, "b", "d"));
        foreach (string name in new[] { "a.csv", "b/c.csv", "b/d/e.csv", "b/notes.txt" })
            Write(name, "t;P in;F\n2026-01-01 00:00:01;1;0\n");
        Assert.Equal(names.Split(','), CsvFiles.Read(_folder, Mapping with { Files = pattern }).Files.Select(f => f.Name));
    }

    [Fact]
    public void A_pattern_may_begin_at_the_root()
    {
        Write("a.csv", "t;P in;F\n2026-01-01 00:00:01;1;0\n");
        string pattern = _folder.Replace(Path.DirectorySeparatorChar, '/') + "/*.csv";
        Assert.Equal("a.csv", CsvFiles.Read(Path.GetTempPath(), Mapping with { Files = pattern }).Files.Single().Name);
    }

    [Fact]
    public void A_column_that_nobody_reads_may_stand_twice_and_one_of_labels_may_not()
    {
        Write("a.csv", "t;P in;F;what;what\n2026-01-01 00:00:01;1;0;leak;0\n");
        Assert.Single(CsvFiles.Read(_folder, Mapping).Rows);
        Assert.Contains("'what' twice", Assert.Throws<TrainingException>(() => CsvFiles.Read(_folder, Mapping with { LabelColumn = "what" })).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Labels_are_kept_as_they_stand_and_a_file_may_lack_them()
    {
        Write("a.csv", "t;P in;F;what\n2026-01-01 00:00:01;1;0;leak\n2026-01-01 00:00:02;1;0;\n");
        Write("b.csv", "t;P in;F\n2026-01-01 00:00:01;1;0\n");
        Assert.Equal([true, false, null], CsvFiles.Read(_folder, Mapping with { ChangePointColumn = "what" }).Rows.Select(r => r.IsChangePoint));
        Assert.Equal(["leak", "", null], CsvFiles.Read(_folder, Mapping with { LabelColumn = "what" }).Rows.Select(r => r.Label));
    }

    void Write(string name, string text) => File.WriteAllText(Path.Combine(_folder, name), text);
}
