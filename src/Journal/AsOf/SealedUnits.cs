using EdgeRuntime.Journal.Disks;
using EdgeRuntime.Journal.Sealed;

namespace EdgeRuntime.Journal.AsOf;

/// <summary>Finds the units that count: those whose checkpoint is there and is what was signed.</summary>
static class SealedUnits
{
    /// <summary>Their checkpoints in the order of the frames, those without a batch left out.</summary>
    /// <exception cref="JournalCorruptException">A checkpoint is not what was signed.</exception>
    public static List<Checkpoint> In(IDisk disk, string folder) =>
        [.. UnitCatalog.Of(disk, folder, disk.List(folder)).ReadAll().Where(unit => unit.LastFrame >= unit.FirstFrame)];
}
