using EdgeRuntime.Service.Backup;
using EdgeRuntime.Service.Verbs;
using EdgeRuntime.Tests.Kit;
using EdgeRuntime.Tests.Kit.Disks;
using Xunit;

namespace EdgeRuntime.Tests.Unit.Service;

/// <summary>A restore into a box that has data is cut behind and inside every call that it makes of the disk, and every one of these calls fails.</summary>
public sealed class RestoreCrashTests
{
    /// <summary>A cut of what goes on after a cut is tried for each of so many calls.</summary>
    const int CutAgainEvery = 2;

    static readonly TracedRestore s_restore = new();

    [Fact]
    public void What_a_restore_leaves_is_the_backup_in_place_and_the_old_box_set_aside_whole()
    {
        var disk = TraceDisk.From(s_restore.Start);

        RestoreOutcome outcome = s_restore.Restore(disk)!;

        Assert.True(outcome.IsMade, outcome.Sentence);
        Assert.True(s_restore.IsNew(disk, "at the end"));
        Assert.Null(s_restore.Finish(disk));
    }

    [Fact]
    public void Cut_anywhere_the_next_start_has_the_old_box_or_the_new_one_whole()
    {
        var disk = TraceDisk.From(s_restore.Start);
        s_restore.Restore(disk);
        int states = 0, made = 0, again = 0;
        foreach (CrashImage image in CrashImages.Of(s_restore.Start, disk.Steps, variants: 8, new Random(1)))
        {
            var left = TraceDisk.From(image.Files);
            string where = $"behind call {image.Step} of {disk.Steps.Count}";
            bool asked = RestorePlan.Read(TracedRestore.Data, left) is not null;
            s_restore.Finish(left);
            bool isNew = s_restore.IsNew(left, where);
            Assert.False(asked && !isNew, where);
            (states, made) = (states + 1, made + (isNew ? 1 : 0));
            if (asked && image.Step % CutAgainEvery == 0)
                again += CutAgain(image, left, where);
        }

        Assert.True(made > 20 && states - made > 20, $"{made} of {states}");
        Figures.Say($"a restore cut behind and inside {disk.Steps.Count} calls: {states} distinct states and {again} cut a second time, {made} restored by the next start, {states - made} as before, none neither");
    }

    static int CutAgain(CrashImage image, TraceDisk left, string where)
    {
        int states = 0;
        foreach (CrashImage second in CrashImages.Of(image.Files, left.Steps, variants: 2, new Random(2)))
        {
            var last = TraceDisk.From(second.Files);
            s_restore.Finish(last);
            Assert.True(s_restore.IsNew(last, $"{where}, then behind call {second.Step} of {left.Steps.Count}"));
            states++;
        }

        return states;
    }

    [Theory]
    [InlineData("Input/output error (errno 5)")]
    [InlineData("No space left on device (errno 28)")]
    public void Whatever_call_fails_the_box_is_as_before_and_it_is_said(string error)
    {
        var sound = TraceDisk.From(s_restore.Start);
        s_restore.Restore(sound);
        int made = 0;
        for (int call = 1; call <= sound.Calls; call++)
        {
            var disk = TraceDisk.From(s_restore.Start);
            (disk.FailAt, disk.FailWith) = (call, error);
            string said = Said(disk);
            string where = $"call {call}, {disk.Failed!.Call} of {disk.Failed.Path}";
            Assert.True(said.Contains(error, StringComparison.Ordinal), $"{where}: {said}");
            // The service opens what it has now; and a start after a cut, what reached the medium.
            made += Opened(TraceDisk.From(disk.Image()), where);
        }

        Assert.Equal(0, made);
        Figures.Say($"{sound.Calls} calls of a restore failed one by one with {error}: each was said, and the box was as before");
    }

    [Fact]
    public void On_a_disk_that_refuses_everything_from_some_call_on_nothing_is_lost_and_the_next_start_goes_on()
    {
        var sound = TraceDisk.From(s_restore.Start);
        s_restore.Restore(sound);
        int made = 0;
        for (int call = 1; call <= sound.Calls; call++)
        {
            var disk = TraceDisk.From(s_restore.Start);
            (disk.FailAt, disk.KeepsFailing) = (call, true);
            Assert.Contains("errno 5", Said(disk), StringComparison.Ordinal);
            made += Opened(TraceDisk.From(disk.Image()), $"from call {call} on");
        }

        Assert.InRange(made, 1, sound.Calls - 1);
    }

    [Fact]
    public void Withdrawn_wherever_it_was_cut_off_the_old_box_is_whole()
    {
        var disk = TraceDisk.From(s_restore.Start);
        s_restore.Restore(disk);
        int withdrawn = 0;
        foreach (CrashImage image in CrashImages.Of(s_restore.Start, disk.Steps, variants: 4, new Random(3)))
        {
            var left = TraceDisk.From(image.Files);
            if (RestorePlan.Read(TracedRestore.Data, left) is not { } plan)
                continue;
            RestoreOutcome outcome = RestoreSwap.Withdraw(plan, TracedRestore.Data, "it was withdrawn", left);
            Assert.False(outcome.IsMade);
            Assert.False(s_restore.IsNew(left, $"behind call {image.Step} of {disk.Steps.Count}"));
            withdrawn++;
        }

        Assert.True(withdrawn > 10, $"{withdrawn} states");
    }

    static string Said(TraceDisk disk)
    {
        try
        {
            return s_restore.Restore(disk)?.Sentence ?? "";
        }
        catch (Exception e) when (e is IOException or VerbRefusedException)
        {
            return e.Message;
        }
    }

    static int Opened(TraceDisk disk, string where)
    {
        s_restore.Finish(disk);
        return s_restore.IsNew(disk, where) ? 1 : 0;
    }
}
