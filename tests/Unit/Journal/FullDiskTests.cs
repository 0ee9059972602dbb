using EdgeRuntime.Facts;
using EdgeRuntime.Journal;
using EdgeRuntime.Journal.Retention;
using EdgeRuntime.Service.Runtime;
using EdgeRuntime.Telemetry;
using EdgeRuntime.Tests.Kit;
using EdgeRuntime.Tests.Kit.Disks;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace EdgeRuntime.Tests.Unit.Journal;

/// <summary>A disk that fills up to its last byte, and gets room again while everything runs.</summary>
public sealed class FullDiskTests
{
    const string Folder = "/journal";
    const int SegmentBytes = 8192;

    static readonly JournalOptions s_options = new() { SegmentBytes = SegmentBytes };

    readonly SimDisk _disk = new(new Random(1));
    readonly StillClock _clock = new();
    readonly JournalStore _store;
    readonly IntakePump _pump;
    readonly IntakeGate _gate;
    readonly SpaceWatch _watch;
    readonly List<Task> _telemetry = [];
    readonly List<string> _modes = [];

    public FullDiskTests()
    {
        _store = Open();
        _pump = new IntakePump(_store, new RedeliveryWindow(), _clock);
        _gate = new IntakeGate(_pump, () => _store.Space, _clock);
        _watch = new SpaceWatch(_store, _disk, Folder, new RetentionPolicy(), _gate, _clock, NullLogger<SpaceWatch>.Instance);
    }

    [Fact]
    public async Task At_zero_bytes_labels_and_audit_commit_and_telemetry_goes_on_by_itself_when_there_is_room()
    {
        Look();
        Assert.Equal(SpaceLevel.Normal, _watch.Level);
        Assert.True(_disk.BytesOf("/journal/BALLAST").Length == SegmentBytes);
        for (int n = 0; n < 20; n++)
            Send();

        // Somebody else takes every byte that is left.
        _disk.BytesMax = _disk.UsedBytes(Folder);
        for (int n = 0; n < 400; n++)
        {
            Send();
            if (n % 10 == 0)
                Look();
        }

        Assert.Equal(SpaceLevel.ReadOnly, _watch.Level);
        int held = _gate.Waiting;
        Assert.True(held > 300);
        await Task.WhenAll(_telemetry.Take(420 - held));
        Assert.DoesNotContain(_telemetry.Skip(420 - held), t => t.IsCompleted);

        // More than the present segment holds: the ballast comes into use.
        List<Task<long>> people = [];
        while (_disk.List(Folder).Contains("BALLAST"))
            people.Add(Say());
        for (int n = 0; n < 5; n++)
            people.Add(Say());
        Look();
        Assert.Equal(SpaceLevel.LastReserve, _watch.Level);
        Assert.All(people, t => Assert.True(t.IsCompletedSuccessfully));
        Assert.Null(_store.Failure);
        Assert.Equal(0, _disk.FreeBytes(Folder));

        _disk.BytesMax += SegmentBytes;
        Look();
        Assert.Equal(SpaceLevel.ReadOnly, _watch.Level);
        Assert.Contains("BALLAST", _disk.List(Folder));
        Assert.Equal(held, _gate.Waiting);

        _disk.BytesMax = long.MaxValue;
        Look();
        _store.CommitWaiting();
        Assert.Equal(SpaceLevel.Normal, _watch.Level);
        Assert.Equal(0, _gate.Waiting);
        Send();
        await Task.WhenAll(_telemetry);
        Assert.Equal(["normal > read-only", "read-only > last-reserve", "last-reserve > read-only", "read-only > normal"], _modes);
        Assert.True(_pump.Counts.Reconciles);
        Assert.Equal(421, _pump.Counts.Stored);
        long last = _store.LastFrame;
        await _store.DisposeAsync();

        VerifyReport report = JournalVerifier.Verify(Folder, _disk);
        Assert.True(report.Whole && report.CleanEnd, report.Sentence);
        FactBatch[] stored = [.. JournalReader.Open(Folder, _disk).Read().Select(b => b.Batch)];
        Assert.Equal(last, stored.Length);
        Assert.Equal(Enumerable.Range(1, 421).Select(n => (double)n), stored.SelectMany(b => b.Samples).Select(s => s.Value.Double));
        Assert.Equal(people.Count, stored.SelectMany(b => b.Facts).OfType<Label>().Count());
        Assert.Equal(people.Count, stored.SelectMany(b => b.Facts).OfType<Audit>().Count());
    }

    [Fact]
    public async Task A_journal_whose_ballast_was_in_use_when_the_power_went_opens_whole()
    {
        Look();
        _disk.BytesMax = _disk.UsedBytes(Folder);
        List<Task<long>> people = [];
        while (_disk.List(Folder).Contains("BALLAST"))
            people.Add(Say());
        Assert.All(people, t => Assert.True(t.IsCompletedSuccessfully));
        _disk.Restart(powerCut: true);

        await using JournalStore again = Open();
        Assert.Equal(people.Count, again.Read().Sum(b => b.Batch.Facts.Count(f => f is Label)));
        Assert.False(again.Space.ReserveReady);
        _disk.BytesMax = long.MaxValue;
        Assert.Equal(new JournalSpace(true, true), again.Refill());
    }

    [Fact]
    public void Every_level_is_entered_at_its_mark_and_left_below_it()
    {
        var policy = new RetentionPolicy();
        var well = new JournalSpace(true, true);
        SpaceLevel level = SpaceLevel.Normal;
        List<SpaceLevel> way = [];
        foreach (double share in (double[])[0.84, 0.85, 0.84, 0.92, 0.91, 0.97, 0.96, 0.94, 0.89, 0.82])
            way.Add(level = SpaceLadder.Next(level, share, well, policy));

        Assert.Equal(
            [
                SpaceLevel.Normal, SpaceLevel.Thinning, SpaceLevel.Thinning, SpaceLevel.Deleting, SpaceLevel.Deleting,
                SpaceLevel.ReadOnly, SpaceLevel.ReadOnly, SpaceLevel.Deleting, SpaceLevel.Thinning, SpaceLevel.Normal,
            ],
            way);
        Assert.Equal(SpaceLevel.ReadOnly, SpaceLadder.Next(SpaceLevel.Normal, 0.1, new JournalSpace(false, true), policy));
        Assert.Equal(SpaceLevel.ReadOnly, SpaceLadder.Next(SpaceLevel.Normal, 0.1, new JournalSpace(true, false), policy));
        Assert.Equal(SpaceLevel.LastReserve, SpaceLadder.Next(SpaceLevel.Normal, 0.1, new JournalSpace(false, false), policy));
    }

    JournalStore Open() => JournalStore.Open(Folder, s_options, _disk, _clock, NullLogger<JournalStore>.Instance, stepped: true);

    void Send()
    {
        int value = _telemetry.Count + 1;
        _telemetry.Add(_gate.TakeAsync(SampleBuilder.Batch("plant", value, SampleBuilder.Sample("P-101.flow", value, value)) with { Key = BitConverter.GetBytes(value) }, marked: false));
        _store.CommitWaiting();
    }

    void Look()
    {
        _clock.Now += TimeSpan.FromSeconds(1);
        IReadOnlyList<Fact> said = _watch.Look();
        if (said.Count == 0)
            return;
        _modes.AddRange(said.OfType<ModeChange>().Select(m => $"{m.From} > {m.To}"));
        Task<long> stored = _store.AppendAsync(new FactBatch { Ingest = IngestTime.Now(_clock), Origin = Origins.Service, Facts = said });
        _store.CommitWaiting();
        Assert.True(stored.IsCompletedSuccessfully);
    }

    Task<long> Say()
    {
        var label = new Label { Id = "l", PredictionId = "p", Verdict = Verdict.Real, Reason = "seen", Who = "anna", Role = "operator", Source = "hmi" };
        Task<long> stored = _store.AppendAsync(new FactBatch { Ingest = IngestTime.Now(_clock), Origin = Origins.Service, Facts = [label, new Audit("anna", "label", "p", "", "real", "seen")] });
        _store.CommitWaiting();
        return stored;
    }
}
