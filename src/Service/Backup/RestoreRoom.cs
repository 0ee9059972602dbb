using EdgeRuntime.Journal.Disks;
using EdgeRuntime.Journal.Retention;
using EdgeRuntime.Service.Verbs;

namespace EdgeRuntime.Service.Backup;

/// <summary>Whether the disk holds the box as it is and the copy side by side, with so much free that nothing need be thinned for it.</summary>
static class RestoreRoom
{
    /// <summary>The newest segment is cut where the backup ends, the next is made ahead, and one is the ballast.</summary>
    const int SegmentsToCome = 3;

    /// <exception cref="VerbRefusedException">It does not; the sentence has the numbers.</exception>
    public static void Demand(string data, long backupBytes, long segmentBytes, RetentionPolicy policy, IDisk disk)
    {
        SpaceUse now = SpaceUse.Of(data, 0, disk, RestorePlan.SetAside, RestorePlan.Coming);
        long toCome = SegmentsToCome * segmentBytes;
        double share = policy.ThinAt > 0 ? (1 / policy.ThinAt) - 1 : 0;
        long spare = (long)Math.Ceiling(Math.Max(now.Used, backupBytes) * share);
        long needs = backupBytes + toCome + spare;
        if (now.Free >= needs)
            return;
        throw new VerbRefusedException(FormattableString.Invariant(
            $"The disk of {data} does not hold both: the backup takes {Mebibytes(backupBytes)}, the box's next files {Mebibytes(toCome)}, and {Mebibytes(spare)} must stay free so that no raw samples are thinned; that is {Mebibytes(needs)}, and {Mebibytes(now.Free)} are free. Free {Mebibytes(needs - now.Free)} there, or stop the service, move {data} to another disk and restore without --replace."));
    }

    static string Mebibytes(long bytes) => FormattableString.Invariant($"{bytes / (1024.0 * 1024):0.0} MiB");
}
