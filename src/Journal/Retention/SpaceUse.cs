using EdgeRuntime.Journal.Disks;

namespace EdgeRuntime.Journal.Retention;

/// <summary>How much of its room the box uses.</summary>
/// <param name="Used">Bytes of all files in the data folder.</param>
/// <param name="Room">Bytes it may have: the site's reserve, or less where the disk has less.</param>
/// <param name="Free">Bytes that the disk still has.</param>
public readonly record struct SpaceUse(long Used, long Room, long Free)
{
    /// <summary>Used of room, from 0 to 1 and above.</summary>
    public double Share => Room > 0 ? (double)Used / Room : 1;

    /// <param name="notTheBoxs">Folders below the data folder that people laid or left there; what they hold counts as others' use of the disk.</param>
    public static SpaceUse Of(string data, long reserveBytes, IDisk disk, params ReadOnlySpan<string> notTheBoxs)
    {
        long used = disk.UsedBytes(data);
        foreach (string folder in notTheBoxs)
            used -= disk.UsedBytes(Path.Combine(data, folder));
        long free = disk.FreeBytes(data);
        // What others take of the disk is not the box's to use, whatever was reserved for it.
        long there = used + free;
        return new SpaceUse(used, reserveBytes > 0 ? Math.Min(reserveBytes, there) : there, free);
    }
}
