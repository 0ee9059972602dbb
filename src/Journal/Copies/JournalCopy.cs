using EdgeRuntime.Facts;
using EdgeRuntime.Journal.Disks;
using EdgeRuntime.Journal.Repair;
using EdgeRuntime.Journal.Segments;

namespace EdgeRuntime.Journal.Copies;

/// <summary>Where a copied journal ends.</summary>
/// <param name="LastFrame">The newest frame in it.</param>
/// <param name="LastHash">The end of its hash chain.</param>
public sealed record CopiedJournal(long LastFrame, Digest LastHash, IReadOnlyList<string> Files);

/// <summary>Copies a journal up to its last durable frame, whether a process writes to it or not. Every byte of the copy is proven before it is called one.</summary>
public static class JournalCopy
{
    const int ChunkBytes = 1 << 20;

    /// <summary>Segments are sealed and recycled, units thinned and merged meanwhile; so often is begun anew.</summary>
    const int TriesMax = 8;

    /// <summary>Logs of a busy journal with small segments are sealed quickly.</summary>
    const int LogTriesMax = 50;

    /// <param name="to">An empty folder, or one that does not exist yet.</param>
    /// <exception cref="IOException">There is no journal, the disk refuses, or the journal is damaged: nothing that cannot be proven is called a copy.</exception>
    public static CopiedJournal To(string folder, string to, IDisk disk)
    {
        disk.CreateFolder(to);
        for (int tries = 1; ; tries++)
        {
            try
            {
                string[] settled = Settled(folder, disk);
                IReadOnlyList<string> files = CopyOnce(folder, to, disk);
                disk.SyncFolder(to);
                VerifyReport proof = JournalVerifier.Verify(to, disk);
                if (proof.FirstDamage is not null && tries < TriesMax && settled.Except(Settled(folder, disk)).Any())
                    throw new FileNotFoundException("Units were written anew while they were copied.");
                if (proof.FirstDamage is { } damage)
                    throw new IOException($"The copy of {folder} cannot be proven: segment {damage.Segment} at byte {damage.Offset}: {damage.What}. Run 'edgeruntime verify' on it, and 'edgeruntime repair' where it says so.");
                return new CopiedJournal(JournalReader.Open(to, disk).LastFrame, proof.LastHash, files);
            }
            catch (FileNotFoundException) when (tries < TriesMax)
            {
                // What was listed has been sealed, thinned, merged or recycled since.
                foreach (string name in disk.List(to))
                    disk.Delete(Path.Combine(to, name));
            }
        }
    }

    static List<string> CopyOnce(string folder, string to, IDisk disk)
    {
        var settled = new HashSet<string>(StringComparer.Ordinal);
        for (int tries = 1; ; tries++)
        {
            IReadOnlyList<string> names = disk.List(folder);
            long[] logs = SegmentName.NumbersIn(names);
            if (logs.Length == 0)
                throw new IOException($"There is no journal in {folder}.");
            if (settled.Except(names).FirstOrDefault() is { } gone)
                throw new FileNotFoundException($"{gone} was written anew while others were copied.");
            foreach (string name in names.Where(n => IsSettled(n) && settled.Add(n)))
                Copy(folder, to, name, long.MaxValue, disk);
            try
            {
                return [.. settled.Order(StringComparer.Ordinal), .. logs.Select(log => CopyLog(folder, to, log, log == logs[^1], disk))];
            }
            catch (FileNotFoundException) when (tries < LogTriesMax)
            {
                // A log was sealed meanwhile. What is sealed stays, so only that is to be copied now, and the logs, which are few.
                foreach (string name in disk.List(to).Where(n => !IsSettled(n)))
                    disk.Delete(Path.Combine(to, name));
            }
        }
    }

    static string CopyLog(string folder, string to, long log, bool isNewest, IDisk disk)
    {
        string name = SegmentName.Of(log);
        // The newest is cut behind its last whole group: what lies behind may be half written.
        Copy(folder, to, name, isNewest ? EndOf(SegmentTail.Of(disk, folder, log), folder) : long.MaxValue, disk);
        // A log that is retired gets another name before its bytes are overwritten: with its name still there they were its own.
        return disk.List(folder).Contains(name) ? name : throw new FileNotFoundException($"{name} was retired while it was copied.");
    }

    // Before damage there is an end, too, but behind it lie facts that were acknowledged.
    static long EndOf(SegmentTail tail, string folder) => tail.Damage is { } damage
        ? throw new IOException($"The copy of {folder} cannot be proven: segment {damage.Segment} at byte {damage.Offset}: {damage.What}. Run 'edgeruntime verify' on it, and 'edgeruntime repair' where it says so.")
        : tail.End;

    static string[] Settled(string folder, IDisk disk) => [.. disk.List(folder).Where(IsSettled)];

    /// <summary>Files that never change once they have their name; but a checkpoint may be replaced by that of a unit that was written anew.</summary>
    static bool IsSettled(string name) =>
        SegmentHoles.IsHole(name) || Path.GetExtension(name) is ".parquet" or ".index" or ".parity" or ".checkpoint";

    static void Copy(string folder, string to, string name, long end, IDisk disk)
    {
        using IDiskFile from = disk.Open(Path.Combine(folder, name), forWriting: false);
        using IDiskFile into = disk.Create(Path.Combine(to, name), 0);
        byte[] chunk = new byte[ChunkBytes];
        end = Math.Min(end, from.Length);
        for (long at = 0; at < end;)
        {
            int read = from.Read(at, chunk.AsSpan(0, (int)Math.Min(chunk.Length, end - at)));
            if (read == 0)
                throw new IOException($"{Path.Combine(folder, name)} became shorter while it was copied.");
            into.Write(at, chunk.AsSpan(0, read));
            at += read;
        }

        into.Sync();
    }
}
