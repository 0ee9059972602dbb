using System.Collections.Concurrent;
using EdgeRuntime.Facts;
using EdgeRuntime.Journal;
using EdgeRuntime.Journal.Copies;
using EdgeRuntime.Journal.Disks;

namespace EdgeRuntime.Service.Backup;

/// <summary>What became of a restore.</summary>
/// <param name="IsMade">False: everything is as it was before.</param>
/// <param name="Sentence">For people.</param>
sealed record RestoreOutcome(RestorePlan Plan, bool IsMade, string Sentence);

/// <summary>
/// The second half of a restore: puts the proven copy in the place of what the box has, by renames, and sets that aside whole. What is left to do is read from which
/// folders are where, so a swap that was cut off anywhere is gone on with by the next call; one that the disk refuses is taken back. Nobody has the journal open meanwhile.
/// </summary>
static class RestoreSwap
{
    public const string Action = "restore";

    static readonly ConcurrentDictionary<string, string> s_refused = new(StringComparer.Ordinal);

    /// <summary>Makes the restore that is to be made. The caller holds <see cref="RestorePlan.Lock"/>.</summary>
    /// <returns>Null: there is none.</returns>
    /// <exception cref="IOException">The disk refuses, and refuses to take it back as well: neither is in place, nothing is lost, and the next call goes on.</exception>
    public static RestoreOutcome? Finish(string data, IDisk disk, TimeProvider time)
    {
        if (RestorePlan.Read(data, disk) is not { } plan)
            return null;
        try
        {
            GoOn(plan, data, disk, time);
            return new RestoreOutcome(plan, true, $"The box is restored from {plan.Backup}, up to frame {plan.LastFrame}. What it had before lies in {plan.AsideIn(data)}.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JournalCorruptException or ArgumentException)
        {
            TakeBack(plan, data, disk);
            return Refused(plan, data, e.Message, disk);
        }
    }

    /// <summary>Takes a restore back that was asked for, wherever its swap was cut off. The caller holds <see cref="RestorePlan.Lock"/>.</summary>
    /// <exception cref="IOException">The disk refuses: nothing is lost, and the next start goes on.</exception>
    public static RestoreOutcome Withdraw(RestorePlan plan, string data, string why, IDisk disk)
    {
        TakeBack(plan, data, disk);
        return Refused(plan, data, why, disk);
    }

    /// <summary>Whether this process has refused a restore whose word it could not remove, because it is another user's.</summary>
    public static bool HasRefused(RestorePlan plan) => s_refused.ContainsKey(plan.Name);

    /// <summary>The restore is not made, and nothing has changed: says so, and why.</summary>
    public static RestoreOutcome Refused(RestorePlan plan, string data, string why, IDisk disk)
    {
        string sentence = $"The restore from {plan.Backup} was not made, and everything is as it was: {why}";
        try
        {
            RestorePlan.Refuse(data, sentence, disk);
        }
        catch (IOException e)
        {
            // Who asked is told by the log then.
            sentence = $"{sentence} ({e.Message})";
        }

        try
        {
            RestorePlan.Remove(data, disk);
        }
        catch (IOException e)
        {
            // Everything is in its place, so the box goes on. It must not end every session for it, nor tell it every second.
            s_refused.TryAdd(plan.Name, why);
            sentence = $"{sentence} Remove {RestorePlan.ComingIn(data)} as the user who asked for it: {e.Message}";
        }

        return new RestoreOutcome(plan, false, sentence);
    }

    static void GoOn(RestorePlan plan, string data, IDisk disk, TimeProvider time)
    {
        string aside = plan.AsideIn(data);
        string staged = RestorePlan.StagedIn(data);
        // Later a folder that the copy has no more is in its place; before, somebody has taken it away.
        if (RestorePlan.ReadAside(aside, disk) is null && plan.Folders.FirstOrDefault(p => !disk.HasFolder(Path.Combine(staged, p))) is { } gone)
            throw new IOException($"{Path.Combine(staged, gone)} is not there any more.");
        Note(plan, data, disk, time);
        plan.WriteAside(data, disk);
        foreach (string part in RestorePlan.Parts.Where(p => !IsIn(plan, data, p, disk) && disk.HasFolder(Path.Combine(data, p))))
            disk.RenameFolder(Path.Combine(data, part), Path.Combine(aside, part));
        disk.SyncFolder(aside);
        foreach (string part in plan.Folders.Where(p => !IsIn(plan, data, p, disk)))
            disk.RenameFolder(Path.Combine(staged, part), Path.Combine(data, part));
        disk.SyncFolder(staged);
        disk.SyncFolder(data);
        RestorePlan.Remove(data, disk);
    }

    static void TakeBack(RestorePlan plan, string data, IDisk disk)
    {
        string aside = plan.AsideIn(data);
        string staged = RestorePlan.StagedIn(data);
        if (RestorePlan.ReadAside(aside, disk) is not null)
        {
            // The word must stand as long as folders are on their way; it may be gone where only its removal was not durable.
            plan.Write(data, disk);
            foreach (string part in plan.Folders.Where(p => IsIn(plan, data, p, disk)))
                disk.RenameFolder(Path.Combine(data, part), Path.Combine(staged, part));
            foreach (string part in RestorePlan.Parts.Where(p => disk.HasFolder(Path.Combine(aside, p))))
                disk.RenameFolder(Path.Combine(aside, part), Path.Combine(data, part));
            disk.SyncFolder(data);
        }

        plan.RemoveAside(data, disk);
    }

    /// <summary>The copy had it and has it no more: it is in its place.</summary>
    static bool IsIn(RestorePlan plan, string data, string part, IDisk disk) =>
        plan.Folders.Contains(part) && !disk.HasFolder(Path.Combine(RestorePlan.StagedIn(data), part));

    /// <summary>
    /// The first frame behind the backup says what happened, before the journal can be anybody's: from here on it goes another way than the one set aside, under the
    /// same frame numbers.
    /// </summary>
    static void Note(RestorePlan plan, string data, IDisk disk, TimeProvider time)
    {
        string journal = Path.Combine(IsIn(plan, data, "journal", disk) ? data : RestorePlan.StagedIn(data), "journal");
        var said = new Audit(
            plan.Who,
            Action,
            "journal",
            $"{EndOf(plan, data, disk)}, now in {RestorePlan.SetAside}/{plan.Name}",
            $"frame {plan.LastFrame} {plan.LastHash} of the backup {plan.Backup} made {plan.Made}, backup.json {plan.BackupDigest}",
            plan.Why);
        if (JournalReader.Open(journal, disk).Read(plan.LastFrame + 1).Any(b => b.Batch.Facts.Contains(said)))
            return;
        JournalEnd.Append(journal, plan.SegmentBytes, new FactBatch { Ingest = IngestTime.Now(time), Origin = Origins.Service, Facts = [said] }, disk, time);
    }

    /// <summary>Where the journal that is set aside ends. It may be damaged: that is a reason to restore.</summary>
    static string EndOf(RestorePlan plan, string data, IDisk disk)
    {
        string aside = Path.Combine(plan.AsideIn(data), "journal");
        string journal = disk.HasFolder(aside) || IsIn(plan, data, "journal", disk) ? aside : Path.Combine(data, "journal");
        if (!disk.HasFolder(journal))
            return "no journal";
        try
        {
            JournalEnd end = JournalEnd.Of(journal, disk);
            return FormattableString.Invariant($"frame {end.Frame} {end.Hash}");
        }
        catch (Exception e) when (e is IOException or JournalCorruptException)
        {
            return $"a journal whose end cannot be read ({e.Message})";
        }
    }
}
