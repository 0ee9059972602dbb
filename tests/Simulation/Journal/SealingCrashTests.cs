using System.Buffers;
using EdgeRuntime.Facts;
using EdgeRuntime.Journal;
using EdgeRuntime.Journal.Disks;
using EdgeRuntime.Tests.Kit;
using EdgeRuntime.Tests.Kit.Disks;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace EdgeRuntime.Tests.Simulation.Journal;

/// <summary>The power is cut, or the process killed, in every single operation of sealing and of the start after it.</summary>
public class SealingCrashTests(ITestOutputHelper output)
{
    const string Folder = "/journal";
    const int Batches = 90;

    const int CallsUntilSigned = 20;

    static readonly JournalOptions s_options = new() { SegmentBytes = 4096, SealAfterSegments = 0 };
    static readonly FixedSigner s_signer = new();

    [Fact]
    public async Task A_crash_at_any_step_of_sealing_leaves_the_old_or_the_new_and_every_batch_once()
    {
        string[] expected = [.. Enumerable.Range(1, Batches).Select(i => Bytes(Batch(i)))];
        int states = 0, old = 0, sealedUnits = 0;
        foreach (bool powerCut in new[] { true, false })
        {
            for (int seed = 1; seed <= 6; seed++)
            {
                for (int cut = 1; ; cut++)
                {
                    var disk = new SimDisk(new Random((seed * 1000) + cut));
                    JournalStore store = Open(disk);
                    foreach (int i in Enumerable.Range(1, Batches))
                        _ = store.AppendAsync(Batch(i));
                    store.CommitWaiting();
                    int before = disk.Operations;
                    disk.CutAt = before + cut;
                    bool died = Died(() =>
                    {
                        while (store.SealNext())
                        {
                        }
                    });
                    disk.Restart(powerCut);
                    states++;

                    // And once more, in the start that cleans up.
                    if (seed % 2 == 0)
                    {
                        disk.CutAt = 1 + (cut % 7);
                        Died(() => _ = Open(disk).LastFrame);
                        disk.Restart(powerCut);
                    }

                    JournalStore again = Open(disk);
                    string where = $"seed {seed}, operation {cut} of sealing, {(powerCut ? "power cut" : "killed")}";
                    Assert.True(expected.SequenceEqual(again.Read().Select(stored => Bytes(stored.Batch))), where);
                    Assert.True(again.LastFrame == Batches, where);
                    IReadOnlyList<string> names = disk.List(Folder);
                    Assert.True(names.Contains("0000000001.log") != names.Contains("0000000001.checkpoint"), $"{where}: {string.Join(' ', names)}");
                    if (names.Contains("0000000001.log"))
                        old++;
                    while (again.SealNext())
                        sealedUnits++;
                    Assert.True(again.SealingTrouble is null, again.SealingTrouble);
                    await again.DisposeAsync();
                    VerifyReport report = JournalVerifier.Verify(Folder, disk);
                    Assert.True(report is { Whole: true, Frames: Batches }, $"{where}: {report.Sentence}");
                    if (!died)
                        break;
                }
            }
        }

        output.WriteLine($"{states} crashes while sealing; segment 1 was still hot after {old} of them; {sealedUnits} units sealed by the next life");
        Assert.True(old > 20 && states - old > 20, "the crashes must fall before and behind the moment that counts");
    }

    [Fact]
    public void A_rename_that_could_not_be_made_durable_and_a_next_try_that_fails_too_lose_nothing()
    {
        string[] expected = [.. Enumerable.Range(1, Batches).Select(i => Bytes(Batch(i)))];
        Dictionary<string, byte[]> start = Hot();
        int states = 0;
        bool sealedAll = false;
        for (int call = 1; !sealedAll; call++)
        {
            for (int later = 1; later <= CallsUntilSigned; later++)
            {
                var disk = TraceDisk.From(start);
                JournalStore store = Open(disk);
                disk.FailAt = disk.Calls + call;
                _ = store.SealNext();
                sealedAll = disk.Failed is null;
                if (disk.Failed is not { Call: DiskCall.SyncFolder })
                    break;

                disk.FailAt = disk.Calls + later;
                _ = store.SealNext();
                var left = TraceDisk.From(disk.Image());
                string where = $"call {call}, then {later} later, {disk.Failed.Call} of {disk.Failed.Path}";
                JournalStore again = Open(left);
                Assert.True(expected.SequenceEqual(again.Read().Select(stored => Bytes(stored.Batch))), where);
                Assert.Null(again.Failure);
                VerifyReport report = JournalVerifier.Verify(Folder, left);
                Assert.True(report.Whole, $"{where}: {report.Sentence}");
                states++;
            }
        }

        Assert.True(states > 20, $"{states} states");
    }

    static Dictionary<string, byte[]> Hot()
    {
        var disk = new TraceDisk();
        JournalStore store = Open(disk);
        foreach (int i in Enumerable.Range(1, Batches))
            _ = store.AppendAsync(Batch(i));
        store.CommitWaiting();
        return disk.Image();
    }

    static bool Died(Action act)
    {
        try
        {
            act();
            return false;
        }
        catch (PowerCutException)
        {
            return true;
        }
    }

    static JournalStore Open(IDisk disk) =>
        JournalStore.Open(Folder, s_options, disk, new StillClock(), NullLogger<JournalStore>.Instance, stepped: true, s_signer);

    static FactBatch Batch(int number) => SampleBuilder.Batch(
        "line-1", number, SampleBuilder.Sample("P-101.flow", number, number * 0.1), SampleBuilder.Sample("P-101.pressure", number, Math.Sqrt(number))) with
    {
        Facts = [new Tick(SampleBuilder.IngestAt(number))],
    };

    static string Bytes(FactBatch batch)
    {
        var buffer = new ArrayBufferWriter<byte>();
        FactCodec.Encode(batch, buffer);
        return Convert.ToHexString(buffer.WrittenSpan);
    }
}
