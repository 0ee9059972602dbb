using EdgeRuntime.Journal.Disks;
using EdgeRuntime.Journal.Segments;

namespace EdgeRuntime.Journal.Sealed;

/// <summary>What a sealing that was cut off leaves: files that no checkpoint names, or a segment whose unit already counts.</summary>
static class SealingLeftovers
{
    /// <summary>Removes them. A segment goes only when every file of its unit is there, in its length, under a checkpoint that holds.</summary>
    public static void Remove(IDisk disk, string folder, IReadOnlyList<string> names, UnitCatalog catalog)
    {
        var isSealed = catalog.Numbers.ToHashSet();
        var parts = new Dictionary<long, List<string>>();
        foreach (string name in names)
        {
            if (UnitFile.IsNewCheckpoint(name) || UnitFile.IsWriting(name))
                disk.Delete(Path.Combine(folder, name));
            if (!UnitFile.IsPart(name, out long number))
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
            if (isSealed.Contains(number) && IsThere(disk, folder, catalog, number))
                disk.Delete(Path.Combine(folder, SegmentName.Of(number)));
        }
    }

    static bool IsThere(IDisk disk, string folder, UnitCatalog catalog, long number)
    {
        try
        {
            foreach (CheckpointFile named in catalog.Read(number).Files)
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
