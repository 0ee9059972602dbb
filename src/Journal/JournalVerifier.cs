using EdgeRuntime.Facts;
using EdgeRuntime.Journal.Disks;

namespace EdgeRuntime.Journal;

/// <summary>
/// Proves offline that a journal is what was written: checkpoints, signatures and files where it is sealed; checksums, numbers, hash chain
/// and the canonical form of every batch where it is hot; and the chain across both.
/// </summary>
public static class JournalVerifier
{
    /// <param name="progress">Told every thousand frames and after every segment or unit; may be null.</param>
    /// <param name="from">Where an earlier walk came to; null begins at the front.</param>
    /// <param name="boxKey">The fingerprint of the key that must have signed the checkpoints; null where any key will do.</param>
    /// <param name="formerKeys">Keys that may have signed as well: the box was restored without its own.</param>
    /// <exception cref="IOException">There is no journal in the folder, or the disk refuses.</exception>
    public static VerifyReport Verify(string folder, IDisk disk, IProgress<VerifyProgress>? progress = null, VerifyMark? from = null, Digest? boxKey = null, IReadOnlyList<Digest>? formerKeys = null) =>
        new VerifyRun(folder, disk, progress, from, boxKey, formerKeys ?? []).Run();
}
