using System.Buffers;
using EdgeRuntime.Facts;
using EdgeRuntime.Journal;

namespace EdgeRuntime.Replay;

/// <param name="Said">The batch of the entry where the engine said it; else null.</param>
readonly record struct ReadEntry(JournalEntry Entry, Said? Said)
{
    /// <param name="ready">What the engine said is made ready to be compared: for a thread that has time for it.</param>
    public static IEnumerable<ReadEntry> Of(IEnumerable<JournalEntry> entries, bool ready)
    {
        var room = new ArrayBufferWriter<byte>(4096);
        foreach (JournalEntry entry in entries)
        {
            Said? said = entry.Batch is not { Batch.Origin: Origins.Engine } batch ? null : ready ? Said.Ready(batch, room) : new Said(batch);
            yield return new ReadEntry(entry, said);
        }
    }
}
