using EdgeRuntime.Tests.Kit;
using EdgeRuntime.Tests.Kit.Disks;
using Xunit;

namespace EdgeRuntime.Tests.Simulation.Journal;

/// <summary>CRASH_STATES sets how many distinct states are opened at least.</summary>
public class CrashStatesTests
{
    static int States => Figures.Count("CRASH_STATES", 500);

    [Fact]
    public void No_state_that_a_power_cut_can_leave_loses_an_acknowledged_batch_or_breaks_the_chain()
    {
        int opened = 0;
        int calls = 0;
        int sealedUnits = 0;
        int merged = 0;
        long acknowledged = 0;
        for (int seed = 1; opened < States; seed++)
        {
            var disk = new TraceDisk();
            var journal = new TracedJournal(disk, seed);
            journal.Live(starts: 6, commitsPerStart: 20);
            foreach (CrashImage image in CrashImages.Of(new Dictionary<string, byte[]>(), disk.Steps, variants: 8, new Random(seed)))
            {
                if (TracedJournal.Violation(image.Files, journal.AcknowledgedAt(image.Step), journal.Asked) is { } violation)
                    Assert.Fail($"seed {seed}, after call {image.Step} of {disk.Steps.Count} ({disk.Steps[Math.Max(0, image.Step - 1)].Call}): {violation}");
                opened++;
            }

            calls += disk.Steps.Count;
            acknowledged += journal.Acknowledged;
            sealedUnits += journal.Sealed;
            merged += journal.Merged;
            Assert.True(opened > calls && sealedUnits > 0 && merged > 0, "the traces were not cut inside their calls");
        }

        Figures.Say($"{opened} distinct states behind and inside {calls} calls, {acknowledged} batches acknowledged, {sealedUnits} segments sealed, {merged} merges: 0 missing, every chain whole");
    }

    [Theory]
    [InlineData("Input/output error (errno 5)")]
    [InlineData("No space left on device (errno 28)")]
    public void Whatever_call_of_the_disk_fails_nothing_is_acknowledged_after_it_and_it_is_said(string error)
    {
        var sound = new TraceDisk();
        var unharmed = new TracedJournal(sound, seed: 7);
        unharmed.Live(starts: 4, commitsPerStart: 12);
        Assert.True(unharmed.Sealed > 0, "nothing was sealed");
        for (int call = 1; call <= sound.Calls; call++)
        {
            var disk = new TraceDisk { FailAt = call, FailWith = error };
            var journal = new TracedJournal(disk, seed: 7);
            journal.Live(starts: 4, commitsPerStart: 12);
            Assert.NotNull(disk.Failed);
            Assert.True(journal.Findings.Any(f => f.Contains(error, StringComparison.Ordinal)),
                $"call {call}, {disk.Failed.Call} of {disk.Failed.Path}, failed and nobody was told");
            string? violation = TracedJournal.Violation(disk.Image(), journal.Acknowledged, journal.Asked);
            Assert.True(violation is null, $"call {call}, {disk.Failed.Call} of {disk.Failed.Path}: {violation}");
        }

        Figures.Say($"{sound.Calls} calls failed one by one with {error}: each was said, 0 acknowledged batches missing");
    }
}
