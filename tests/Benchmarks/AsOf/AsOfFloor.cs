using System.Globalization;
using EdgeRuntime.Facts;
using EdgeRuntime.Journal.Disks;
using EdgeRuntime.Journal.Sealed;
using EdgeRuntime.Tests.Kit;
using ParquetSharp;

namespace EdgeRuntime.Tests.Benchmarks.AsOf;

/// <summary>
/// 200 tags at 1 Hz for so long that there are ten million values, sealed: every second four messages of 50 tags, source times with a
/// jitter of milliseconds, one value in a hundred sent half a minute late, most of them decimals of a sensor.
/// </summary>
sealed class AsOfFloor
{
    public const int Tags = 200;
    const int Messages = 4;
    const int TagsPerMessage = Tags / Messages;
    const int UnitRows = 4_000_000;
    const int GroupRows = 262_144;
    const int PageRows = 2048;
    const long Second = 1_000_000_000;
    const long LateBy = 30 * Second;

    readonly Random _random = new(20260315);
    readonly long[] _level = new long[Tags];
    readonly List<(int Tag, long Time, long Mantissa)>[] _late;

    public AsOfFloor(int seconds, string folder)
    {
        Seconds = seconds;
        Folder = folder;
        Names = [.. Enumerable.Range(0, Tags).Select(i => string.Create(CultureInfo.InvariantCulture, $"line-{i / 40}.P-{i:D3}.value"))];
        _late = [.. Enumerable.Range(0, seconds + 64).Select(_ => new List<(int, long, long)>())];
    }

    public int Seconds { get; }
    public string Folder { get; }
    public string[] Names { get; }
    public long Values { get; private set; }
    public long Start => SampleBuilder.Epoch.UnixNanoseconds;
    public List<string> SampleFiles { get; } = [];

    public void Seal()
    {
        Array.Fill(_level, 2000);
        var rows = new List<Row>(UnitRows + 1000);
        List<long> ingest = [];
        List<int> counts = [];
        long frame = 1, first = 1;
        int unit = 1;
        for (int second = 0; second < Seconds; second++)
        {
            for (int message = 0; message < Messages; message++, frame++)
            {
                int index = 0;
                for (int tag = message * TagsPerMessage; tag < (message + 1) * TagsPerMessage; tag++)
                {
                    // A walk with steps of hundredths; no two times of a tag are equal, so that both sides have one answer.
                    _level[tag] += _random.Next(-3, 4);
                    long time = Start + second * Second + _random.Next(0, 50) * 1_000_000L;
                    if (_random.Next(100) == 0)
                        _late[second + (int)(LateBy / Second)].Add((tag, time, _level[tag]));
                    else
                        rows.Add(new(tag, time, frame, index++, _level[tag]));
                }

                foreach ((int tag, long time, long mantissa) in _late[second].Where(one => one.Tag / TagsPerMessage == message))
                    rows.Add(new(tag, time, frame, index++, mantissa));
                ingest.Add(Start + second * Second + message * 60_000_000L + _random.Next(5_000_000));
                counts.Add(index);
            }

            if (rows.Count < UnitRows && second + 1 < Seconds)
                continue;
            SealUnit(unit++, rows, first, ingest, counts);
            Values += rows.Count;
            first = frame;
            rows.Clear();
            ingest.Clear();
            counts.Clear();
        }
    }

    void SealUnit(int unit, List<Row> rows, long first, List<long> ingest, List<int> counts)
    {
        byte[] samples = SealedFiles.Write(SealedFiles.SampleColumns(), SealedFiles.SampleProperties(PageRows), file =>
        {
            for (int from = 0; from < rows.Count;)
            {
                int to = Math.Min(rows.Count, from + GroupRows);
                while (to < rows.Count && rows[to].Frame == rows[to - 1].Frame)
                    to--;
                Row[] group = [.. rows[from..to]];
                Array.Sort(group, (left, right) => (left.Tag, left.Frame, left.Index).CompareTo((right.Tag, right.Frame, right.Index)));
                Write(file, group);
                from = to;
            }
        });
        File.WriteAllBytes(Path.Combine(Folder, SealedFiles.Samples(unit)), samples);
        File.WriteAllBytes(
            Path.Combine(Folder, SealedFiles.Batches(unit)),
            SealedFiles.BatchesOf(
                [.. Enumerable.Range(0, ingest.Count).Select(i => first + i)],
                [.. ingest],
                [.. ingest.Select(_ => "line")],
                [.. counts],
                new int[counts.Count],
                PageRows));
        UnitIndex.Write(new RealDisk(), Folder, SealedFiles.Samples(unit), SealedFiles.Index(unit));
        File.WriteAllBytes(Path.Combine(Folder, SealedFiles.CheckpointName(unit)), SealedFiles.Checkpoint(unit));
        SampleFiles.Add(Path.Combine(Folder, SealedFiles.Samples(unit)));
    }

    void Write(ParquetFileWriter file, Row[] rows)
    {
        using RowGroupWriter group = file.AppendRowGroup();
        using (LogicalColumnWriter<string> tag = group.NextColumn().LogicalWriter<string>())
            tag.WriteBatch([.. rows.Select(row => Names[row.Tag])]);
        SealedFiles.Put(group, [.. rows.Select(row => row.Time)]);
        SealedFiles.PutOptional(group, new long?[rows.Length]);
        SealedFiles.Put(group, [.. rows.Select(row => row.Frame)]);
        SealedFiles.Put(group, [.. rows.Select(row => row.Index)]);
        SealedFiles.Put(group, new int[rows.Length]);
        SealedFiles.Put(group, [.. rows.Select(_ => (int)TagValueKind.Double)]);
        SealedFiles.Put(group, [.. rows.Select(row => row.Mantissa)]);
        SealedFiles.Put(group, [.. rows.Select(_ => 2)]);
        SealedFiles.PutOptional(group, new double?[rows.Length]);
        using LogicalColumnWriter<string?> text = group.NextColumn().LogicalWriter<string?>();
        text.WriteBatch(new string?[rows.Length]);
    }

    readonly record struct Row(int Tag, long Time, long Frame, int Index, long Mantissa);
}
