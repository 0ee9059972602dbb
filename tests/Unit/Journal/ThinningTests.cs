using EdgeRuntime.Facts;
using EdgeRuntime.Journal;
using EdgeRuntime.Journal.Retention;
using EdgeRuntime.Service.Runtime;
using EdgeRuntime.Tests.Kit;
using EdgeRuntime.Tests.Kit.Disks;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace EdgeRuntime.Tests.Unit.Journal;

public sealed class ThinningTests
{
    const string Folder = "/journal";
    const long Second = 1_000_000_000;

    static readonly JournalOptions s_options = new() { SegmentBytes = 16384, SealAfterSegments = 0 };
    static readonly FixedSigner s_signer = new();

    readonly SimDisk _disk = new(new Random(1));
    readonly StillClock _clock = new();
    JournalStore _store;

    public ThinningTests() => _store = Open();

    [Fact]
    public async Task Thinning_keeps_the_outline_of_every_minute_and_every_fact_and_position()
    {
        Fill(3);
        StoredBatch[] before = [.. _store.Read()];
        SealedUnit unit = _store.Units[0];
        Assert.True(_store.Units.Count >= 3 && unit.Samples > 500);

        ThinReport? report = _store.Thin(unit.Segment, all: false, CancellationToken.None);

        Assert.NotNull(report);
        StoredBatch[] after = [.. _store.Read()];
        AssertSameButForSamples(before, after, unit);
        Sample[] was = [.. In(before, unit).SelectMany(b => b.Batch.Samples)];
        Sample[] left = [.. In(after, unit).SelectMany(b => b.Batch.Samples)];
        Assert.Equal(report.Kept, left.Length);
        Assert.Equal(was.Length - left.Length, report.Values);
        Assert.True(left.Length < was.Length / 2);
        foreach (var minute in was.GroupBy(s => (s.Tag, Minute: s.Event.UnixNanoseconds / (60 * Second), s.Quality.StatusCode)))
        {
            Sample[] stays = [.. left.Where(s => s.Tag == minute.Key.Tag && s.Event.UnixNanoseconds / (60 * Second) == minute.Key.Minute && s.Quality.StatusCode == minute.Key.StatusCode)];
            Assert.InRange(stays.Length, 1, 4);
            Assert.Equal(minute.Min(s => s.Value.Double), stays.Min(s => s.Value.Double));
            Assert.Equal(minute.Max(s => s.Value.Double), stays.Max(s => s.Value.Double));
            Assert.Equal(minute.MinBy(s => s.Event.UnixNanoseconds), stays[0]);
            Assert.Equal(minute.MaxBy(s => s.Event.UnixNanoseconds), stays[^1]);
        }

        Assert.True(_store.Units[0].Thinned);
        Assert.Null(_store.Thin(unit.Segment, all: false, CancellationToken.None));
        ThinReport? emptied = _store.Thin(unit.Segment, all: true, CancellationToken.None);
        Assert.Equal((0, left.Length), (emptied!.Kept, (int)emptied.Values));
        AssertSameButForSamples(before, [.. _store.Read()], unit);
        Assert.Equal(0, _store.Units[0].Samples);
        Assert.Null(_store.Thin(unit.Segment, all: true, CancellationToken.None));
        await CloseAndVerify();
        string checkpoint = System.Text.Encoding.UTF8.GetString(_disk.BytesOf("/journal/0000000001.checkpoint"));
        Assert.Contains("\"thinned\":true,\"taken\":[{\"rule\":\"minute\",\"before\":\"", checkpoint, StringComparison.Ordinal);
        Assert.Contains("{\"rule\":\"none\",\"before\":\"", checkpoint, StringComparison.Ordinal);
        Assert.Equal(4, Parts());
    }

    [Fact]
    public void A_crash_at_any_step_of_thinning_leaves_the_old_unit_or_the_new()
    {
        int old = 0;
        int made = 0;
        for (int seed = 1; seed <= 250; seed++)
        {
            var life = new ThinningTests(seed);
            (int before, int after) = life.CrashOnce(seed);
            old += before;
            made += after;
        }

        Assert.True(old > 20 && made > 5, $"{old} old, {made} new");
    }

    [Fact]
    public void A_disk_without_room_for_the_smaller_copy_leaves_the_unit_as_it_was()
    {
        Fill(3);
        string[] names = [.. _disk.List(Folder)];
        _disk.BytesMax = _disk.UsedBytes(Folder);
        StoredBatch[] before = [.. _store.Read()];

        // What has no room is not written; the simulated disk says so where a file is made, not where it grows.
        Assert.Equal(names, _disk.List(Folder));
        _disk.BytesMax = long.MaxValue;
        _disk.SyncFails = 1;
        Assert.Throws<IOException>(() => _store.Thin(1, all: true, CancellationToken.None));
        _disk.SyncFails = 0;
        Assert.Equal(names, _disk.List(Folder));
        AssertSame(before, [.. _store.Read()]);
    }

    [Fact]
    public void What_people_labelled_and_anomalies_and_activations_keep_their_raw_samples_and_the_rest_goes_oldest_first()
    {
        Decision cited = DecisionAt("cited", DecisionState.Normal);
        Fill(2);
        Append([cited, DecisionAt("other", DecisionState.Normal)]);
        Fill(2);
        Append([DecisionAt("anomaly", DecisionState.Anomaly)]);
        Fill(4);
        Append([new Label { Id = "l", PredictionId = "cited", Verdict = Verdict.Real, Reason = "", Who = "anna", Role = "operator", Source = "hmi" }]);
        _clock.Now += TimeSpan.FromDays(40);
        var retention = new Retention(_store, new RetentionPolicy(), () => SpaceLevel.Deleting, _clock, NullLogger<Retention>.Instance);
        var holds = RetentionHolds.Of(_store, IngestTime.Now(_clock), CancellationToken.None);
        long[] held = [.. _store.Units.Where(u => holds.WhyNot(u) is not null).Select(u => u.Segment)];
        Assert.InRange(held.Length, 2, _store.Units.Count - 2);
        StoredBatch[] before = [.. _store.Read()];

        Assert.Empty(Young().Step(SpaceLevel.Deleting, CancellationToken.None));
        List<Fact> said = [];
        List<string> actions = [];
        while (retention.Step(SpaceLevel.Deleting, CancellationToken.None) is { Count: > 0 } step)
        {
            actions.Add(step.OfType<Audit>().Single().Action);
            said.AddRange(step);
        }

        Assert.Equal(held, _store.Units.Where(u => u.Samples > 0 && u.LastFrame < _store.LastFrame).Select(u => u.Segment));
        int untouched = _store.Units.Count - held.Length;
        Assert.Equal([.. Enumerable.Repeat("thin", untouched), .. Enumerable.Repeat("delete-raw", untouched)], actions);
        StoredBatch[] after = [.. _store.Read()];
        Assert.Equal(before.Select(b => b.Batch.Facts.Count), after.Select(b => b.Batch.Facts.Count));
        Assert.Equal(
            before.Sum(b => (long)b.Batch.Samples.Count) - after.Sum(b => (long)b.Batch.Samples.Count),
            said.OfType<Gap>().Where(g => g.Cause is GapCause.Thinned or GapCause.Deleted).Sum(g => g.Values));

        Retention Young() => new(_store, new RetentionPolicy { KeepRaw = TimeSpan.FromDays(50) }, () => SpaceLevel.Deleting, _clock, NullLogger<Retention>.Instance);
    }

    ThinningTests(int seed)
    {
        _disk = new SimDisk(new Random(seed));
        _store = Open();
    }

    (int Old, int New) CrashOnce(int seed)
    {
        Fill(1);
        StoredBatch[] before = [.. _store.Read()];
        SealedUnit unit = _store.Units[0];
        _disk.CutAt = _disk.Operations + 1 + (seed % 60);
        try
        {
            _store.Thin(unit.Segment, all: seed % 2 == 0, CancellationToken.None);
        }
        catch (PowerCutException)
        {
            // The life ends here.
        }

        _disk.Restart(powerCut: seed % 3 > 0);
        _store = Open();
        StoredBatch[] after = [.. _store.Read().Take(before.Length)];
        bool thinned = _store.Units[0].Thinned;
        if (thinned)
            AssertSameButForSamples(before, after, unit);
        else
            AssertSame(before, after);
        Assert.True(JournalVerifier.Verify(Folder, _disk).Whole);
        Assert.Equal(4, Parts());
        return thinned ? (0, 1) : (1, 0);
    }

    int Parts() => _disk.List(Folder).Count(n => n.StartsWith("0000000001", StringComparison.Ordinal) && (Path.GetExtension(n) is ".parquet" or ".index"));

    JournalStore Open() => JournalStore.Open(Folder, s_options, _disk, _clock, NullLogger<JournalStore>.Instance, stepped: true, s_signer);

    /// <summary>Appends until so many more units are sealed: two tags at 1 Hz, with a fact now and then.</summary>
    void Fill(int units)
    {
        var random = new Random(7);
        for (int sealedUnits = 0; sealedUnits < units;)
        {
            _clock.Now += TimeSpan.FromSeconds(20);
            long now = IngestTime.Now(_clock).UnixNanoseconds;
            var samples = new Sample[40];
            for (int i = 0; i < samples.Length; i++)
            {
                Sample sample = SampleBuilder.Sample(i % 2 == 0 ? "P-101.flow" : "P-101.pressure", 1, random.NextDouble());
                samples[i] = sample with { Event = new EventTime(now + (i / 2 * Second) + i), Ingest = IngestTime.Now(_clock), Quality = new Quality(random.Next(50) == 0 ? 0x80000000u : 0) };
            }

            Append([new Tick(IngestTime.Now(_clock))], samples);
            if (_store.SealNext())
                sealedUnits++;
        }
    }

    void Append(IReadOnlyList<Fact> facts, params Sample[] samples)
    {
        Task<long> stored = _store.AppendAsync(new FactBatch { Ingest = IngestTime.Now(_clock), Origin = "plant", Samples = samples, Facts = facts });
        _store.CommitWaiting();
        Assert.True(stored.IsCompletedSuccessfully);
    }

    Decision DecisionAt(string id, DecisionState state) => new()
    {
        PredictionId = id,
        Asset = "P-101",
        At = new EventTime(IngestTime.Now(_clock).UnixNanoseconds),
        Cause = new Position(1, 0),
        State = state,
        Score = 0,
        Threshold = 0,
        Rung = Rung.Primary,
        Confidence = 1,
        Age = 0,
        Reasons = [],
        Refusals = [],
        Contributions = [],
        Serving = Digest.None,
        Model = Digest.None,
        Pipeline = Digest.None,
        Rules = Digest.None,
        Vector = Digest.None,
        Build = "test",
    };

    async Task CloseAndVerify()
    {
        await _store.DisposeAsync();
        VerifyReport report = JournalVerifier.Verify(Folder, _disk);
        Assert.True(report.Whole, report.Sentence);
    }

    static IEnumerable<StoredBatch> In(StoredBatch[] batches, SealedUnit unit) => batches.Where(b => b.Frame >= unit.FirstFrame && b.Frame <= unit.LastFrame);

    static void AssertSame(StoredBatch[] before, StoredBatch[] after)
    {
        Assert.Equal(before.Select(b => b.Frame), after.Select(b => b.Frame));
        Assert.Equal(before.Select(Hex), after.Select(Hex));
    }

    static void AssertSameButForSamples(StoredBatch[] before, StoredBatch[] after, SealedUnit unit)
    {
        AssertSame([.. before.Where(b => b.Frame > unit.LastFrame)], [.. after.Where(b => b.Frame > unit.LastFrame)]);
        AssertSame([.. In(before, unit).Select(Bare)], [.. In(after, unit).Select(Bare)]);
        Assert.Equal(In(before, unit).Select(b => b.Batch.Samples.Count), In(after, unit).Select(b => b.Batch.Samples.Count + b.SamplesTaken));
        Assert.Equal(In(before, unit).Select(b => b.Position), In(after, unit).Select(b => b.Position));
    }

    static string Hex(StoredBatch stored)
    {
        var bytes = new System.Buffers.ArrayBufferWriter<byte>();
        FactCodec.Encode(stored.Batch, bytes);
        return Convert.ToHexString(bytes.WrittenSpan);
    }

    static StoredBatch Bare(StoredBatch stored) => stored with { Batch = stored.Batch with { Samples = [] } };
}
