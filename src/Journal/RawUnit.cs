using EdgeRuntime.Journal.Disks;
using EdgeRuntime.Journal.Sealed;

namespace EdgeRuntime.Journal;

/// <summary>A sealed unit as it lies on the disk, so that others can check it against what the box signed.</summary>
/// <param name="First">Number of the first frame in it.</param>
/// <param name="Last">Number of the last frame in it.</param>
/// <param name="Key">The public key that signed it, as SubjectPublicKeyInfo.</param>
/// <param name="Files">Name and bytes: the checkpoint first, then the batches and the facts, and the samples where they were asked for.</param>
public sealed record RawUnit(long First, long Last, ReadOnlyMemory<byte> Key, IReadOnlyList<KeyValuePair<string, ReadOnlyMemory<byte>>> Files)
{
    /// <exception cref="JournalCorruptException">A file is not what was signed, and cannot be mended.</exception>
    internal static RawUnit Read(string folder, IDisk disk, Checkpoint unit, bool withSamples)
    {
        string[] parts = withSamples ? [UnitFile.Batches, UnitFile.Facts, UnitFile.Samples] : [UnitFile.Batches, UnitFile.Facts];
        ReadOnlyMemory<byte> checkpoint = CheckpointCopies.Read(disk, folder, unit.Segment).Bytes;
        return new RawUnit(
            unit.FirstFrame,
            unit.LastFrame,
            unit.Key,
            [KeyValuePair.Create(UnitFile.CheckpointOf(unit.Segment), checkpoint), .. parts.Select(part => KeyValuePair.Create(unit.File(part).Name, Bytes(folder, disk, unit, unit.File(part))))]);
    }

    static ReadOnlyMemory<byte> Bytes(string folder, IDisk disk, Checkpoint unit, CheckpointFile signed)
    {
        // A unit that was thinned meanwhile has files of other names: that one is not there any more is no damage.
        using (disk.Open(Path.Combine(folder, signed.Name), forWriting: false))
        {
            using CheckedFile file = new UnitMender(disk, folder, unit, null).Open(signed);
            byte[] bytes = new byte[signed.Bytes];
            file.Read(0, bytes);
            return bytes;
        }
    }
}
