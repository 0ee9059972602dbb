using System.Globalization;
using EdgeRuntime.Tests.Kit.Disks;
using Xunit;

namespace EdgeRuntime.Tests.Simulation.Journal;

/// <summary>JOURNAL_LIVES sets how many lives are lived, JOURNAL_SEED from which seed on.</summary>
public class PowerCutTests(ITestOutputHelper output)
{
    const int LivesPerJournal = 12;

    static int Lives => Number("JOURNAL_LIVES", 3000);

    static int FirstSeed => Number("JOURNAL_SEED", 1);

    [Fact]
    public void No_power_cut_and_no_kill_loses_invents_doubles_or_reorders_a_batch()
    {
        int lives = 0;
        int cutGroups = 0;
        int failed = 0;
        int spares = 0;
        int units = 0;
        int sealingsCut = 0;
        long acknowledged = 0;
        for (int seed = FirstSeed; lives < Lives; seed++, lives += LivesPerJournal)
        {
            var journal = new JournalLives(seed);
            journal.Disk.SyncFails = seed % 3 == 0 ? 0.03 : 0;
            if (journal.Live(LivesPerJournal) is { } violation)
                Assert.Fail($"JOURNAL_SEED={seed}: {violation}");
            cutGroups += journal.CutGroups;
            failed += journal.FailedSyncs;
            spares += journal.Spares;
            units += journal.Units;
            sealingsCut += journal.SealingsCut;
            acknowledged += journal.Acknowledged;
        }

        output.WriteLine($"{lives} lives from seed {FirstSeed}: {acknowledged} batches acknowledged, {cutGroups} torn groups cut, {failed} failed flushes or full disks, {spares} retired logs used again, {units} segments sealed, {sealingsCut} sealings cut off, 0 violations");
        Assert.True(cutGroups > 0 && failed > 0 && spares > 0 && units > 0 && sealingsCut > 0 && acknowledged > lives, "the simulation did not reach what it is for");
    }

    [Fact]
    public void The_checker_catches_a_disk_that_lies_about_flushes() =>
        Assert.Contains("acknowledged", Caught(disk => disk.LiesAboutSync = true), StringComparison.Ordinal);

    [Fact]
    public void The_checker_catches_a_flush_error_that_is_swallowed() => Caught(disk =>
    {
        disk.SwallowsSyncErrors = true;
        disk.SyncFails = 0.2;
    });

    [Theory]
    [InlineData("an acknowledged batch is lost", new long[] { 1, 2 })]
    [InlineData("a batch that was read before is lost", new long[] { 1 })]
    [InlineData("a batch is doubled", new long[] { 1, 2, 3, 3 })]
    [InlineData("two batches changed places", new long[] { 1, 2, 4, 3 })]
    [InlineData("a batch is missing in the middle", new long[] { 1, 3, 4 })]
    [InlineData("a batch is invented", new long[] { 1, 2, 3, 4, 5, 99 })]
    public void The_checker_catches(string what, long[] stored) =>
        Assert.True(StoredCheck.Violation([1, 2], [3, 4, 5], 1, stored) is not null, what);

    [Fact]
    public void The_checker_accepts_batches_that_were_stored_and_not_acknowledged()
    {
        Assert.Null(StoredCheck.Violation([1, 2], [3, 4, 5], 1, [1, 2, 3]));
        Assert.Null(StoredCheck.Violation([1, 2], [3, 4, 5], 1, [1, 2, 3, 4, 5]));
    }

    string Caught(Action<SimDisk> plant)
    {
        for (int seed = 1; seed <= 200; seed++)
        {
            // A lying disk would show in a sealed file first.
            var journal = new JournalLives(seed) { Seals = false };
            plant(journal.Disk);
            if (journal.Live(LivesPerJournal) is not { } violation)
                continue;
            output.WriteLine($"caught at seed {seed}: {violation}");
            return violation;
        }

        Assert.Fail("200 journals lived with a planted fault and nobody noticed");
        return "";
    }

    static int Number(string variable, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), NumberStyles.None, CultureInfo.InvariantCulture, out int number)
            ? number
            : otherwise;
}
