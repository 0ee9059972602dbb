using System.Buffers;
using EdgeRuntime.Facts;
using EdgeRuntime.Journal;
using EdgeRuntime.Journal.Repair;
using EdgeRuntime.Tests.Kit;
using EdgeRuntime.Tests.Kit.Disks;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace EdgeRuntime.Tests.Simulation.Journal;

/// <summary>The power is cut behind and inside every call that thinning, emptying, merging, the ballast and a repair make of the disk, and every one of these calls fails once.</summary>
public class RetentionCrashTests
{
    const string Folder = "/journal";
    const string Quarantine = "/quarantine";
    const int Batches = 150;

    /// <summary>As many calls as a thinning makes until it signs.</summary>
    const int FailsLaterMax = 12;

    static readonly JournalOptions s_options = new() { SegmentBytes = 4096, SealAfterSegments = 0 };
    static readonly FixedSigner s_signer = new();

    [Fact]
    public void No_state_that_a_power_cut_can_leave_loses_a_fact_or_tears_a_unit_while_room_is_made()
    {
        Dictionary<string, byte[]> start = Sealed();
        string[] facts = [.. Read(TraceDisk.From(start)).Select(Bare)];
        var disk = TraceDisk.From(start);
        MakeRoom(disk);
        long lastOfFirst = UnitsOf(start)[0].LastFrame;
        int opened = 0;
        int thinned = 0;
        int merged = 0;
        foreach (CrashImage image in CrashImages.Of(start, disk.Steps, variants: 6, new Random(1)))
        {
            var left = TraceDisk.From(image.Files);
            string where = $"after call {image.Step} of {disk.Steps.Count}";
            JournalStore store = Open(left);
            StoredBatch[] stored = [.. store.Read()];
            Assert.True(facts.SequenceEqual(stored.Take(facts.Length).Select(Bare)), where);
            thinned += store.Units.Any(u => u.Thinned) ? 1 : 0;
            merged += store.Units[0].LastFrame > lastOfFirst ? 1 : 0;
            store.Refill();
            Assert.True(store.Space.ReserveReady, where);
            Close(store);
            VerifyReport report = JournalVerifier.Verify(Folder, left);
            Assert.True(report.Whole, $"{where}: {report.Sentence}");
            Assert.True(left.List(Folder).All(IsOfAUnit), where);
            opened++;

            bool IsOfAUnit(string name) => Path.GetExtension(name) is not (".parquet" or ".index" or ".checkpoint") || store.Units.Any(u => name.StartsWith($"{u.Segment:D10}", StringComparison.Ordinal));
        }

        Assert.True(merged > 10 && opened - merged > 20, $"{merged} of {opened} states were merged");
        Assert.True(thinned > 20 && opened - thinned > 20, $"{thinned} of {opened} states were thinned");
        Figures.Say($"{opened} distinct states behind and inside {disk.Steps.Count} calls while room is made: {merged} of them merged; every fact there, every unit old or new, nothing left over");
    }

    [Theory]
    [InlineData("Input/output error (errno 5)")]
    [InlineData("No space left on device (errno 28)")]
    public void Whatever_call_fails_while_room_is_made_the_unit_is_old_or_new_and_it_is_said(string error)
    {
        Dictionary<string, byte[]> start = Sealed();
        string[] facts = [.. Read(TraceDisk.From(start)).Select(Bare)];
        var sound = TraceDisk.From(start);
        MakeRoom(sound);
        for (int call = 1; call <= sound.Calls; call++)
        {
            var disk = TraceDisk.From(start);
            (disk.FailAt, disk.FailWith) = (call, error);
            string said = "";
            try
            {
                said = MakeRoom(disk);
            }
            catch (IOException refused)
            {
                said = refused.Message;
            }

            Assert.Contains(error, said, StringComparison.Ordinal);
            var left = TraceDisk.From(disk.Image());
            Assert.True(facts.SequenceEqual(Read(left).Take(facts.Length).Select(Bare)), $"call {call}, {disk.Failed!.Call} of {disk.Failed.Path}");
            Assert.True(JournalVerifier.Verify(Folder, left).Whole, $"call {call}");
        }

        Figures.Say($"{sound.Calls} calls failed one by one with {error} while room is made: each was said, 0 facts missing");
    }

    [Fact]
    public void A_repair_that_was_cut_off_anywhere_is_done_again_to_the_same_end()
    {
        Dictionary<string, byte[]> start = Hot();
        start["/journal/0000000001.log"][100] ^= 1;
        start["/journal/0000000003.log"][20] ^= 1;
        start.Remove("/journal/0000000002.log");
        var disk = TraceDisk.From(start);
        JournalRepair.Run(Folder, Quarantine, disk, new StillClock());
        string[] expected = [.. Read(TraceDisk.From(disk.Image())).Select(Bare)];
        Assert.InRange(expected.Length, 1, Batches - 2);
        int opened = 0;
        foreach (CrashImage image in CrashImages.Of(start, disk.Steps, variants: 6, new Random(1)))
        {
            var left = TraceDisk.From(image.Files);
            JournalRepair.Run(Folder, Quarantine, left, new StillClock());
            VerifyReport report = JournalVerifier.Verify(Folder, left);
            Assert.True(report.FirstDamage is null && report.Repaired.Count > 0, $"after call {image.Step}: {report.Sentence}");
            Assert.True(expected.SequenceEqual(Read(left).Select(Bare)), $"after call {image.Step}");
            opened++;
        }

        Figures.Say($"{opened} distinct states of a repair that was cut off: each was repaired to the same end");
    }

    [Fact]
    public void A_mending_that_was_cut_off_anywhere_loses_nothing_and_is_done_again_to_the_same_bytes()
    {
        Dictionary<string, byte[]> sound = Sealed();
        string[] batches = [.. Read(TraceDisk.From(sound)).Select(Whole)];
        Dictionary<string, byte[]> start = sound.ToDictionary(f => f.Key, f => (byte[])f.Value.Clone(), StringComparer.Ordinal);
        string[] damaged = ["1.samples.parquet", "1.checkpoint", "2.parity", "2.batches.parquet", "3.index", "3.facts.parquet"];
        foreach (string name in damaged)
            start[$"/journal/000000000{name}"][90] ^= 4;
        var disk = TraceDisk.From(start);
        Assert.Equal(damaged.Length, JournalRepair.Run(Folder, Quarantine, disk, new StillClock()).Losses.Count(l => l.IsMended));
        int opened = 0;
        int partly = 0;
        foreach (CrashImage image in CrashImages.Of(start, disk.Steps, variants: 6, new Random(1)))
        {
            var left = TraceDisk.From(image.Files);
            string where = $"after call {image.Step} of {disk.Steps.Count}";
            Assert.True(batches.SequenceEqual(Read(left).Select(Whole)), where);
            partly += JournalVerifier.Verify(Folder, left).Damages is > 0 and < 6 ? 1 : 0;
            if (opened++ % 2 == 0)
                Close(Open(left));
            JournalRepair.Run(Folder, Quarantine, left, new StillClock());
            Dictionary<string, byte[]> after = left.Image();
            foreach ((string name, byte[] bytes) in sound.Where(f => f.Key.Contains(".log", StringComparison.Ordinal) is false && f.Key.StartsWith("/journal/0", StringComparison.Ordinal)))
                Assert.True(bytes.AsSpan().SequenceEqual(after[name]), $"{where}: {name}");
            Assert.DoesNotContain(after.Keys, name => name.EndsWith(".writing", StringComparison.Ordinal) || name.EndsWith(".checkpoint.new", StringComparison.Ordinal));
        }

        Assert.True(partly > 10, $"{partly} of {opened} states were mended in part");
        Figures.Say($"{opened} distinct states of a mending that was cut off: every batch read in each, and the same bytes after the next repair");
    }

    static string Whole(StoredBatch stored)
    {
        var buffer = new ArrayBufferWriter<byte>();
        FactCodec.Encode(stored.Batch, buffer);
        return Convert.ToHexString(buffer.WrittenSpan);
    }

    [Fact]
    public void A_rename_that_could_not_be_made_durable_and_a_next_try_that_fails_too_lose_nothing()
    {
        Dictionary<string, byte[]> start = Sealed();
        string[] facts = [.. Read(TraceDisk.From(start)).Select(Bare)];
        var sound = TraceDisk.From(start);
        MakeRoom(sound);
        int states = 0;
        for (int call = 1; call <= sound.Calls; call++)
        {
            for (int later = 1; later <= FailsLaterMax; later++)
            {
                var disk = TraceDisk.From(start);
                JournalStore store = Open(disk);
                disk.FailAt = call;
                Try(Steps(store));
                if (disk.Failed is not { Call: DiskCall.SyncFolder } failed || failed.Path != Folder)
                {
                    Close(store);
                    break;
                }

                disk.FailAt = disk.Calls + later;
                Try(Steps(store));
                var left = TraceDisk.From(disk.Image());
                VerifyReport report = JournalVerifier.Verify(Folder, left);
                Assert.True(report.Whole, $"call {call}, then {later} later, {disk.Failed.Call} of {disk.Failed.Path}: {report.Sentence}");
                Assert.True(facts.SequenceEqual(Read(left).Take(facts.Length).Select(Bare)), $"call {call}, then {later} later");
                Close(store);
                states++;
            }
        }

        Assert.True(states > 100, $"{states} states");

        // What fails is said where it is made; here only what lies there afterwards counts. The first failure ends a life's work.
        static void Try(IEnumerable<Action> steps)
        {
            try
            {
                foreach (Action step in steps)
                    step();
            }
            catch (IOException)
            {
            }
        }
    }

    /// <returns>What was said on the way; nothing where all went well.</returns>
    static string MakeRoom(TraceDisk disk)
    {
        List<string> said = [];
        JournalStore store = JournalStore.Open(Folder, s_options, disk, new StillClock(), new Saying(said), stepped: true, s_signer);
        foreach (Action step in Steps(store))
            step();
        Close(store);
        return $"{store.Failure?.Message} {string.Join(' ', said)}";
    }

    static IEnumerable<Action> Steps(JournalStore store) =>
    [
        () => store.Refill(),
        () => store.Thin(1, all: false, CancellationToken.None),
        () => store.Thin(2, all: true, CancellationToken.None),
        .. Enumerable.Range(1, 4).Select(unit => (Action)(() => store.Thin(unit, all: true, CancellationToken.None))),
        () => store.Merge(CancellationToken.None),
    ];

    static IReadOnlyList<EdgeRuntime.Journal.Retention.SealedUnit> UnitsOf(Dictionary<string, byte[]> image)
    {
        JournalStore store = Open(TraceDisk.From(image));
        IReadOnlyList<EdgeRuntime.Journal.Retention.SealedUnit> units = store.Units;
        Close(store);
        return units;
    }

    static Dictionary<string, byte[]> Hot()
    {
        var disk = new TraceDisk();
        JournalStore store = Open(disk);
        Fill(store);
        Close(store);
        return disk.Image();
    }

    static Dictionary<string, byte[]> Sealed()
    {
        var disk = new TraceDisk();
        JournalStore store = Open(disk);
        Fill(store);
        while (store.SealNext())
        {
        }

        Assert.True(store.Units.Count > 4 && store.Units.Take(4).All(u => u.Samples > 20), $"{store.Units.Count} units");
        Close(store);
        return disk.Image();
    }

    static void Fill(JournalStore store)
    {
        for (int i = 1; i <= Batches; i++)
        {
            Sample[] samples = [.. Enumerable.Range(0, 6).Select(n => SampleBuilder.Sample("P-101.flow", i, Math.Sqrt((7 * i) + n)))];
            Task<long> stored = store.AppendAsync(SampleBuilder.Batch("line-1", i, samples) with { Facts = [new Tick(SampleBuilder.IngestAt(i))] });
            store.CommitWaiting();
            Assert.True(stored.IsCompletedSuccessfully);
        }
    }

    static void Close(JournalStore store) => store.DisposeAsync().AsTask().GetAwaiter().GetResult();

    static JournalStore Open(TraceDisk disk) =>
        JournalStore.Open(Folder, s_options, disk, new StillClock(), NullLogger<JournalStore>.Instance, stepped: true, s_signer);

    static StoredBatch[] Read(TraceDisk disk) => [.. JournalReader.Open(Folder, disk).Read()];

    static string Bare(StoredBatch stored)
    {
        var buffer = new ArrayBufferWriter<byte>();
        FactCodec.Encode(stored.Batch with { Samples = [] }, buffer);
        return $"{stored.Frame} {stored.Batch.Samples.Count + stored.SamplesTaken} {Convert.ToHexString(buffer.WrittenSpan)}";
    }

    sealed class Saying(List<string> said) : Microsoft.Extensions.Logging.ILogger<JournalStore>
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(Microsoft.Extensions.Logging.LogLevel logLevel) => true;

        public void Log<TState>(Microsoft.Extensions.Logging.LogLevel logLevel, Microsoft.Extensions.Logging.EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            said.Add(formatter(state, exception));
    }
}
