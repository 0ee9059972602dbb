using EdgeRuntime.Journal.Disks;
using EdgeRuntime.Journal.Retention;
using EdgeRuntime.Journal.Segments;

namespace EdgeRuntime.Journal.Sealed;

/// <summary>What a sealing, thinning or merging that was cut off leaves: files that no checkpoint names, units that another covers, or a segment whose unit already counts.</summary>
static class SealingLeftovers
{
    /// <summary>Removes them. A segment goes only when every file of its unit is there, in its length, under a checkpoint that holds.</summary>
    public static void Remove(IDisk disk, string folder, IReadOnlyList<string> names, UnitCatalog catalog)
    {
        var isSealed = catalog.Numbers.ToHashSet();
        HashSet<long> spared = RemoveCovered(disk, folder, ref names, catalog, isSealed);
        var parts = new Dictionary<long, List<string>>();
        foreach (string name in names)
        {
            if (UnitFile.IsNewCheckpoint(name) || UnitFile.IsWriting(name))
                disk.Delete(Path.Combine(folder, name));
            if (!UnitFile.IsPart(name, out long number) || spared.Contains(number))
                continue;
            if (!parts.TryGetValue(number, out List<string>? of))
                parts.Add(number, of = []);
            of.Add(name);
        }

        foreach ((long number, List<string> of) in parts)
        {
            // As many as a unit has: then they are the ones that its checkpoint names, and it need not be read.
            if (isSealed.Contains(number) && of.Count <= UnitFile.Parts.Length)
                continue;
            HashSet<string> named = isSealed.Contains(number) ? [.. catalog.Read(number).Files.Select(file => file.Name)] : [];
            foreach (string left in of.Where(name => !named.Contains(name)))
                disk.Delete(Path.Combine(folder, left));
        }

        foreach (long number in SegmentName.NumbersIn(names))
        {
            if (number <= catalog.Last && UnitBefore(catalog, number) is var unit && IsThere(disk, folder, catalog, unit, number))
                disk.Delete(Path.Combine(folder, SegmentName.Of(number)));
        }
    }

    /// <summary>Units that a merged one covers go when every file of that one is there.</summary>
    /// <returns>Those that stay, because it is not.</returns>
    static HashSet<long> RemoveCovered(IDisk disk, string folder, ref IReadOnlyList<string> names, UnitCatalog catalog, HashSet<long> isSealed)
    {
        HashSet<long> covered = [];
        foreach (string name in names)
        {
            if (UnitFile.IsCheckpoint(name, out long number) && !isSealed.Contains(number))
                covered.Add(number);
        }

        foreach (long merged in covered.Select(number => UnitBefore(catalog, number)).Distinct().ToArray())
        {
            if (!IsThere(disk, folder, catalog, merged, merged))
                continue;
            Checkpoint unit = catalog.Read(merged);
            Merger.RemoveCovered(disk, folder, unit);
            covered.RemoveWhere(number => number > merged && number <= unit.LastSegment);
            names = disk.List(folder);
        }

        return covered;
    }

    /// <summary>The newest unit that begins with a segment or before it; 0 where there is none.</summary>
    static long UnitBefore(UnitCatalog catalog, long segment) => catalog.Numbers.LastOrDefault(number => number <= segment);

    static bool IsThere(IDisk disk, string folder, UnitCatalog catalog, long number, long segment)
    {
        try
        {
            Checkpoint unit = catalog.Read(number);
            if (segment > unit.LastSegment)
                return false;
            foreach (CheckpointFile named in unit.Files)
            {
                using IDiskFile file = disk.Open(Path.Combine(folder, named.Name), forWriting: false);
                if (file.Length != named.Bytes)
                    return false;
            }

            return true;
        }
        catch (Exception wrong) when (wrong is JournalCorruptException or FileNotFoundException)
        {
            return false;
        }
    }
}
