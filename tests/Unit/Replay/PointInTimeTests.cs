using EdgeRuntime.Decisions;
using EdgeRuntime.Facts;
using EdgeRuntime.Gateway;
using EdgeRuntime.Journal;
using EdgeRuntime.Journal.AsOf;
using EdgeRuntime.Replay;
using EdgeRuntime.Tests.Kit;
using EdgeRuntime.Tests.Kit.Disks;
using EdgeRuntime.Tests.Unit.Decisions;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace EdgeRuntime.Tests.Unit.Replay;

/// <summary>The past as it was known then, and as it is known now, over a journal of which most is sealed.</summary>
public sealed class PointInTimeTests
{
    const string Folder = "/journal";

    readonly TinyFloor _floor = new();
    readonly SimDisk _disk = new(new Random(1));

    public PointInTimeTests()
    {
        _floor.Activate(_floor.Release("1", TinyOnnx.Linear([1, 1], 0)));
        for (int second = 0; second < 60; second++)
            _floor.Sample(second, second, 100 + second);
    }

    [Fact]
    public void What_was_known_then_has_the_samples_features_answers_and_decision_of_then()
    {
        PastSource past = Lived();

        PointInTime then = PointInTime.Of(TinyFloor.Asset, SampleBuilder.At(30.5), Knowledge.KnownThen, past)!;

        Assert.Equal([30, 130], then.Signals.Select(s => s.Found!.Value.Sample.Value.Double));
        Assert.Equal(SampleBuilder.At(29), then.Decision.Decision.At);
        Assert.Equal([29f, 129f], then.Vector.Values);
        Assert.Equal(158, Assert.Single(Assert.Single(then.Answers).Outputs));
        Assert.Equal("identical", then.Outcome);
    }

    [Fact]
    public void A_late_correction_changes_what_is_true_then_and_never_what_was_known_then_nor_the_record()
    {
        PointInTime before = PointInTime.Of(TinyFloor.Asset, SampleBuilder.At(30.5), Knowledge.KnownThen, Lived())!;
        // Twenty seconds late: at 29.5 the pressure had been 77.
        _floor.Store(SampleBuilder.Batch("plant", 49.5, SampleBuilder.Sample("M-1.a", 28.5, 55), SampleBuilder.Sample("M-1.a", 29, 77)));
        PastSource past = Lived();

        PointInTime known = PointInTime.Of(TinyFloor.Asset, SampleBuilder.At(30.5), Knowledge.KnownThen, past)!;
        PointInTime now = PointInTime.Of(TinyFloor.Asset, SampleBuilder.At(30.5), Knowledge.TrueThen, past)!;

        Assert.Equal(before.Vector.Values, known.Vector.Values);
        Assert.Equal(before.Signals, known.Signals);
        Assert.Equal(FactCodec.Encode(before.Decision.Decision), FactCodec.Encode(known.Decision.Decision));
        Assert.Equal("identical", known.Outcome);

        Assert.Equal(before.Decision.Decision.At, now.Vector.At);
        Assert.Equal([77f, 129f], now.Vector.Values);
        Assert.Equal(206, Assert.Single(now.Answers.Single(a => !a.Recorded).Outputs));
        Assert.Equal("identical", now.Outcome);
    }

    [Fact]
    public void Data_of_another_time_is_asked_for_by_its_own_clock()
    {
        PastSource past = Lived(ingestLater: 10_000_000);

        PointInTime then = PointInTime.Of(TinyFloor.Asset, SampleBuilder.At(30.5), Knowledge.KnownThen, past)!;

        Assert.Equal(SampleBuilder.At(30), then.Decision.Decision.At);
        Assert.Equal("identical", then.Outcome);
        Assert.Contains("decided about this moment", then.KnownAtWhy, StringComparison.Ordinal);
    }

    [Fact]
    public void Before_the_first_decision_there_is_nothing_to_tell()
    {
        PastSource past = Lived();

        Assert.Null(PointInTime.Of(TinyFloor.Asset, SampleBuilder.At(-10), Knowledge.KnownThen, past));
        Assert.Null(PointInTime.Of("X-1", SampleBuilder.At(30), Knowledge.KnownThen, past));
    }

    /// <summary>Lets the engine live over the floor's inputs and stores everything in a journal of small sealed segments.</summary>
    PastSource Lived(double ingestLater = 0)
    {
        List<StoredBatch> inputs = [.. _floor.Journal.Where(b => b.Batch.Origin != Origins.Engine)];
        _floor.Journal.Clear();
        foreach (string name in _disk.List(Folder))
            _disk.Delete(Path.Combine(Folder, name));
        JournalStore store = JournalStore.Open(
            Folder, new JournalOptions { SegmentBytes = 4096, SealAfterSegments = 0 }, _disk, new StillClock(), NullLogger<JournalStore>.Instance, stepped: true, new FixedSigner());
        using var engine = new DecisionEngine(_floor, _floor.Arms);
        foreach (StoredBatch input in inputs.OrderBy(b => b.Batch.Ingest.UnixNanoseconds))
        {
            StoredBatch stored = Store(store, Later(input.Batch, ingestLater));
            _floor.Journal.Add(stored);
            if (engine.Take(stored, new LiveCalls(withDeadline: false)) is { Count: > 0 } said)
                _floor.Journal.Add(Store(store, new FactBatch { Ingest = stored.Batch.Ingest, Origin = Origins.Engine, Facts = said }));
            while (store.SealNext())
                continue;
        }

        Assert.Contains(_disk.List(Folder), name => name.EndsWith(".checkpoint", StringComparison.Ordinal));
        store.DisposeAsync().AsTask().GetAwaiter().GetResult();
        JournalReader reader = JournalReader.Open(Folder, _disk);
        var source = new ReplaySource { Entries = from => reader.ReadTolerant(from), OfOrigin = reader.ReadTolerant, LastFrame = () => reader.LastFrame, Archive = _floor, Arms = _floor.Arms };
        return new PastSource(source, reader.FrameAt, () => AsOfReader.Open(Folder, _disk));
    }

    static FactBatch Later(FactBatch batch, double seconds)
    {
        var ingest = new IngestTime(batch.Ingest.UnixNanoseconds + (long)(seconds * 1e9));
        return batch with { Ingest = ingest, Samples = [.. batch.Samples.Select(s => s with { Ingest = ingest })] };
    }

    static StoredBatch Store(JournalStore store, FactBatch batch)
    {
        Task<long> appended = store.AppendAsync(batch);
        store.CommitWaiting();
        return new StoredBatch(appended.GetAwaiter().GetResult(), batch);
    }
}
