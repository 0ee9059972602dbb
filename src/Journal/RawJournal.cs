using EdgeRuntime.Journal.Disks;
using EdgeRuntime.Journal.Sealed;

namespace EdgeRuntime.Journal;

/// <summary>A stretch of frames whose own bytes are wanted.</summary>
/// <param name="WithSamples">Where it is sealed, the samples as well; else only the facts.</param>
public readonly record struct RawRange(long From, long To, bool WithSamples);

/// <summary>Parts of a journal as they lie on the disk: whole units of what is sealed, frames of what is not.</summary>
/// <param name="Units">Ascending, each once.</param>
/// <param name="Frames">Ascending, in one piece for each range and segment.</param>
public sealed record RawJournal(IReadOnlyList<RawUnit> Units, IReadOnlyList<RawFrames> Frames)
{
    /// <param name="ranges">Ascending, apart from each other. Frames that retention has taken are not there.</param>
    /// <exception cref="JournalCorruptException">What was asked for is damaged.</exception>
    public static RawJournal Read(string folder, IDisk disk, IReadOnlyList<RawRange> ranges)
    {
        while (true)
        {
            UnitCatalog catalog = UnitCatalog.Of(disk, folder, disk.List(folder));
            try
            {
                return Read(folder, disk, ranges, catalog);
            }
            catch (Exception e) when (e is FileNotFoundException or JournalCorruptException && HasChanged(folder, disk, catalog))
            {
                // A segment was sealed, or a unit retired, in between: what was looked for lies elsewhere now.
            }
        }
    }

    static RawJournal Read(string folder, IDisk disk, IReadOnlyList<RawRange> ranges, UnitCatalog catalog)
    {
        var units = new List<RawUnit>();
        foreach (Checkpoint unit in catalog.ReadAll())
        {
            if (ranges.Any(r => r.From <= unit.LastFrame && r.To >= unit.FirstFrame))
                units.Add(RawUnit.Read(folder, disk, unit, ranges.Any(r => r.WithSamples && r.From <= unit.LastFrame && r.To >= unit.FirstFrame)));
        }

        return new RawJournal(units, [.. ranges.SelectMany(r => RawFrames.Read(folder, disk, catalog, r.From, r.To))]);
    }

    static bool HasChanged(string folder, IDisk disk, UnitCatalog catalog) =>
        !UnitCatalog.Of(disk, folder, disk.List(folder)).Numbers.SequenceEqual(catalog.Numbers);

    internal static ReadOnlyMemory<byte> Bytes(IDisk disk, string path)
    {
        using IDiskFile file = disk.Open(path, forWriting: false);
        return Bytes(file, path, 0, file.Length);
    }

    internal static byte[] Bytes(IDisk disk, string path, long from, long to)
    {
        using IDiskFile file = disk.Open(path, forWriting: false);
        return Bytes(file, path, from, to);
    }

    static byte[] Bytes(IDiskFile file, string path, long from, long to)
    {
        var bytes = new byte[checked((int)(to - from))];
        for (int read = 0; read < bytes.Length;)
        {
            int more = file.Read(from + read, bytes.AsSpan(read));
            if (more == 0)
                throw new IOException($"{path} became shorter while it was read.");
            read += more;
        }

        return bytes;
    }
}
