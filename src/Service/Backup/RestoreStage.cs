using System.Globalization;
using EdgeRuntime.Facts;
using EdgeRuntime.Journal;
using EdgeRuntime.Journal.Disks;
using EdgeRuntime.Journal.Retention;
using EdgeRuntime.Service.Verbs;

namespace EdgeRuntime.Service.Backup;

/// <summary>What a person asks for.</summary>
/// <param name="SegmentBytes">Of the box's journal.</param>
/// <param name="Policy">The box's, for the room that must stay.</param>
sealed record RestoreAsk(string Backup, string Data, string Who, string Why, long SegmentBytes, RetentionPolicy Policy);

/// <summary>
/// The first half of a restore into a box that has data, beside which it may run: proves the backup, copies it into <c>DATA/restore</c>, proves the copy, and leaves
/// the word that the swap is to be made. Cut off before that word nothing has changed, and the next restore removes what was left.
/// </summary>
static class RestoreStage
{
    const string Keys = "keys";

    /// <exception cref="VerbRefusedException">It is no backup, there is no room, or another restore is under way.</exception>
    /// <exception cref="IOException">The disk refuses, or the copy cannot be proven.</exception>
    public static RestorePlan Make(RestoreAsk ask, IDisk disk, TimeProvider time)
    {
        string from = Path.TrimEndingDirectorySeparator(Path.GetFullPath(ask.Backup));
        string staged = RestorePlan.StagedIn(ask.Data);
        if (RestorePlan.Read(ask.Data, disk) is { } pending)
            throw new VerbRefusedException($"{ask.Data} is to be restored already, from {pending.Backup}, by {pending.Who} ({pending.Why}). The service makes it, or its next start.");
        if ((from + Path.DirectorySeparatorChar).StartsWith(RestorePlan.ComingIn(ask.Data) + Path.DirectorySeparatorChar, StringComparison.Ordinal))
            throw new VerbRefusedException($"{from} lies where restores are made, and would be removed; move it elsewhere first.");
        BackupManifest manifest = BackupManifest.Proven(from, disk);
        disk.DeleteFolder(staged);
        RestoreRoom.Demand(ask.Data, manifest.Below("data").Sum(f => f.Bytes), ask.SegmentBytes, ask.Policy, disk);
        Copy(manifest, from, ask.Data, staged, disk);
        string keys = Path.Combine(staged, Keys);
        BoxRestore.JudgeJournal(Path.Combine(staged, "journal"), manifest, disk, BoxKey.FingerprintIn(keys, disk), BoxKey.FormerIn(keys, disk));

        IngestTime now = IngestTime.Now(time);
        var plan = new RestorePlan(
            RestorePlan.FormatNow,
            NameAt(now, ask.Data, disk),
            from,
            FolderCopy.Measured(Path.Combine(from, BackupManifest.Name), disk).Sha256,
            manifest.Made,
            manifest.LastFrame,
            manifest.LastHash,
            ask.Who,
            ask.Why,
            Iso8601.Format(now.UnixNanoseconds),
            ask.SegmentBytes,
            [.. RestorePlan.Parts.Where(part => disk.HasFolder(Path.Combine(staged, part)))]);
        try
        {
            plan.Write(ask.Data, disk);
            return plan;
        }
        catch (IOException)
        {
            // Who is told that it failed must not find it made later.
            RestorePlan.Remove(ask.Data, disk);
            throw;
        }
    }

    static void Copy(BackupManifest manifest, string from, string data, string staged, IDisk disk)
    {
        disk.CreateFolder(staged);
        var copy = new FolderCopy(disk);
        foreach (string part in RestorePlan.Parts.Where(p => p != Keys))
            copy.Listed(manifest, from, Path.Combine("data", part), Path.Combine(staged, part));
        copy.Prove();
        StagedKeys.Lay(Path.Combine(data, Keys), [.. manifest.Below(Path.Combine("data", Keys)).Select(f => Path.Combine(from, f.Path))], Path.Combine(staged, Keys), disk);
    }

    /// <summary>When it was set aside, to the second, and a number where that is taken.</summary>
    static string NameAt(IngestTime now, string data, IDisk disk)
    {
        string name = DateTimeOffset.UnixEpoch.AddTicks(now.UnixNanoseconds / 100).ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);
        string free = name;
        for (int n = 2; disk.HasFolder(Path.Combine(data, RestorePlan.SetAside, free)); n++)
            free = string.Create(CultureInfo.InvariantCulture, $"{name}-{n}");
        return free;
    }
}
