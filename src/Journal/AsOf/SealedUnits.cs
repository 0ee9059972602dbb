using EdgeRuntime.Journal.Disks;
using EdgeRuntime.Journal.Sealed;

namespace EdgeRuntime.Journal.AsOf;

/// <summary>Finds the units that count: those whose checkpoint is there and is what was signed.</summary>
static class SealedUnits
{
    /// <summary>Their checkpoints in the order of the frames, those without a batch left out.</summary>
    /// <param name="mended">Told of checkpoints of which one copy is damaged.</param>
    /// <exception cref="JournalCorruptException">A checkpoint is not what was signed.</exception>
    public static List<Checkpoint> In(IDisk disk, string folder, MendedReads mended)
    {
        List<Checkpoint> units = [];
        foreach (string name in disk.List(folder))
        {
            if (!UnitFile.IsCheckpoint(name, out long number))
                continue;
            CheckpointCopies read = CheckpointCopies.Read(disk, folder, number);
            if (read.Damage is { } damage)
                mended.Meet(damage);
            if (read.Checkpoint is var unit && unit.LastFrame >= unit.FirstFrame)
                units.Add(unit);
        }

        return units;
    }
}
