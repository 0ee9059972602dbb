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
    internal static RawUnit Read(string folder, IDisk disk, Checkpoint unit, bool withSamples)
    {
        string[] names =
        [
            UnitFile.CheckpointOf(unit.Segment),
            unit.File(UnitFile.Batches).Name,
            unit.File(UnitFile.Facts).Name,
            .. withSamples ? [unit.File(UnitFile.Samples).Name] : Array.Empty<string>(),
        ];
        return new RawUnit(unit.FirstFrame, unit.LastFrame, unit.Key, [.. names.Select(n => KeyValuePair.Create(n, RawJournal.Bytes(disk, Path.Combine(folder, n))))]);
    }
}
