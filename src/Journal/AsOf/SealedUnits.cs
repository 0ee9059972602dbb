using EdgeRuntime.Journal.Disks;
using EdgeRuntime.Journal.Sealed;

namespace EdgeRuntime.Journal.AsOf;

/// <summary>Finds the units that count: those whose checkpoint is there and is what was signed.</summary>
static class SealedUnits
{
    /// <summary>Their checkpoints in the order of the frames, those without a batch left out.</summary>
    /// <param name="mended">Told of checkpoints of which one copy is damaged.</param>
    /// <exception cref="JournalCorruptException">A checkpoint is not what was signed.</exception>
    public static List<Checkpoint> In(IDisk disk, string folder, MendedReads mended) =>
        [.. UnitCatalog.Of(disk, folder, disk.List(folder), mended).ReadAll().Where(unit => unit.LastFrame >= unit.FirstFrame)];
}
