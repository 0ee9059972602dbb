using System.Globalization;
using EdgeRuntime.Facts;
using EdgeRuntime.Journal.Disks;
using EdgeRuntime.Journal.Sealed;
using EdgeRuntime.Tests.Kit;

namespace EdgeRuntime.Tests.Benchmarks.AsOf;

/// <summary>
/// 200 tags at 1 Hz for so long that there are ten million values, sealed: every second four messages of 50 tags, source times with a
/// jitter of milliseconds, one value in a hundred sent half a minute late, decimals of a sensor.
/// </summary>
sealed class AsOfFloor
{
    public const int Tags = 200;
    const int Messages = 4;
    const int TagsPerMessage = Tags / Messages;
    const int UnitRows = 4_000_000;
    const int LateSeconds = 30;
    const long Second = 1_000_000_000;

    readonly RealDisk _disk = new();
    readonly Random _random = new(20260315);
    readonly long[] _level = new long[Tags];
    readonly List<Sample>[] _late;

    public AsOfFloor(int seconds, string folder)
    {
        Seconds = seconds;
        Folder = folder;
        Names = [.. Enumerable.Range(0, Tags).Select(i => string.Create(CultureInfo.InvariantCulture, $"line-{i / 40}.P-{i:D3}.value"))];

        // Late values of every message of the seconds to come.
        _late = [.. Enumerable.Range(0, Messages * (LateSeconds + 1)).Select(_ => new List<Sample>())];
    }

    public int Seconds { get; }
    public string Folder { get; }
    public string[] Names { get; }
    public long Values { get; private set; }
    public static long Start => SampleBuilder.Epoch.UnixNanoseconds;
    public List<string> SampleFiles { get; } = [];

    /// <summary>Writes the units, and an open segment's worth of nothing behind them.</summary>
    public void Seal()
    {
        Array.Fill(_level, 2000);
        long frame = 1;
        int second = 0;
        for (int unit = 1; second < Seconds; unit++)
        {
            long first = frame, rows = 0;
            using (var writer = new UnitWriter(_disk, Folder, unit, 1))
            {
                for (; second < Seconds && rows < UnitRows; second++)
                {
                    for (int message = 0; message < Messages; message++, frame++)
                    {
                        FactBatch batch = Message(second, message);
                        rows += batch.Samples.Count;
                        writer.Add(frame, batch);
                    }
                }

                writer.Finish();
            }

            Values += rows;
            Sign(unit, first, frame - 1);
        }
    }

    FactBatch Message(int second, int message)
    {
        List<Sample> due = _late[second % (LateSeconds + 1) * Messages + message];
        List<Sample> later = _late[(second + LateSeconds) % (LateSeconds + 1) * Messages + message];
        List<Sample> samples = [];
        for (int tag = message * TagsPerMessage; tag < (message + 1) * TagsPerMessage; tag++)
        {
            // A walk with steps of hundredths. No two times of a tag are equal, so that both sides have one answer.
            _level[tag] += _random.Next(-3, 4);
            var at = new EventTime(Start + second * Second + _random.Next(0, 50) * 1_000_000L);
            var sample = new Sample(Names[tag], at, null, default, Quality.Good, TagValue.Of(DecimalForm.Value(_level[tag], 2)));
            (_random.Next(100) == 0 ? later : samples).Add(sample);
        }

        samples.AddRange(due);
        due.Clear();
        return new FactBatch
        {
            Ingest = new IngestTime(Start + second * Second + message * 60_000_000L + _random.Next(5_000_000)),
            Origin = "line",
            Samples = samples,
        };
    }

    void Sign(int unit, long first, long last)
    {
        string samples = UnitFile.Of(unit, 1, UnitFile.Samples), index = UnitFile.Of(unit, 1, UnitFile.Index);
        UnitIndex.Write(_disk, Folder, samples, index);
        SampleFiles.Add(Path.Combine(Folder, samples));
        var unsigned = new Checkpoint
        {
            Segment = unit,
            LastSegment = unit,
            FirstFrame = first,
            LastFrame = last,
            PreviousHash = Digest.None,
            LastHash = Digest.None,
            FirstIngest = default,
            LastIngest = default,
            Files = BlockSums.OfUnit(_disk, Folder, unit, 1, (0, 0, 0)),
            Thinned = false,
            Key = new FixedSigner().PublicKey,
        };
        File.WriteAllBytes(Path.Combine(Folder, UnitFile.CheckpointOf(unit)), unsigned.Signed(new FixedSigner()));
    }
}
