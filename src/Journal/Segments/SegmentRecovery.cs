using EdgeRuntime.Journal.Disks;

namespace EdgeRuntime.Journal.Segments;

/// <summary>Makes the newest segment fit to go on after a stop of any kind.</summary>
static class SegmentRecovery
{
    const int ChunkBytes = 1 << 20;

    /// <summary>
    /// Cuts a group that never became durable, and writes the last whole one again: after a failed flush or a kill its bytes may be in
    /// the system's memory only, and a flush alone would not bring them to the medium.
    /// </summary>
    public static void MakeDurable(IDiskFile file, SegmentTail tail)
    {
        byte[] chunk = new byte[ChunkBytes];
        for (long at = tail.LastGroup; at < tail.End;)
        {
            int bytes = file.Read(at, chunk.AsSpan(0, (int)Math.Min(chunk.Length, tail.End - at)));
            if (bytes == 0)
                throw new IOException("The newest journal segment became shorter while it was opened; find out what else writes to it.");
            file.Write(at, chunk.AsSpan(0, bytes));
            at += bytes;
        }

        Array.Clear(chunk);
        for (long at = tail.End; at < tail.TornEnd; at += chunk.Length)
            file.Write(at, chunk.AsSpan(0, (int)Math.Min(chunk.Length, tail.TornEnd - at)));
        file.Sync();
    }
}
