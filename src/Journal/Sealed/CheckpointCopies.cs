using EdgeRuntime.Journal.Disks;

namespace EdgeRuntime.Journal.Sealed;

/// <summary>The file of a checkpoint: its two lines, and the same bytes once more, so that damage in one copy costs nothing.</summary>
/// <param name="Checkpoint">Of the first copy that is what was signed.</param>
/// <param name="Bytes">What the file should hold.</param>
/// <param name="Damage">Where it holds something else; null where it does not.</param>
sealed record CheckpointCopies(Checkpoint Checkpoint, byte[] Bytes, DamagedFrame? Damage)
{
    const int BytesMax = 2 << 20;
    const int Lines = 2;

    /// <exception cref="FileNotFoundException">There is no such checkpoint.</exception>
    /// <exception cref="JournalCorruptException">Neither copy is what was signed; told of the first.</exception>
    public static CheckpointCopies Read(IDisk disk, string folder, long number)
    {
        string name = UnitFile.CheckpointOf(number);
        using IDiskFile file = disk.Open(Path.Combine(folder, name), forWriting: false);
        if (file.Length > BytesMax)
            throw new JournalCorruptException(name, 0, 0, $"a checkpoint has at most {BytesMax} bytes");
        byte[] bytes = new byte[file.Length];
        int read = file.Read(0, bytes);
        return Of(bytes.AsSpan(0, read), number);
    }

    /// <summary>Writes the file beside its name, flushes it and renames it: from then on it counts, and is durable when this returns.</summary>
    /// <param name="bytes">Both copies.</param>
    /// <exception cref="IOException">The disk refuses. What lay there before does, or this does and may not outlive a power cut.</exception>
    public static void Write(IDisk disk, string folder, long number, ReadOnlySpan<byte> bytes)
    {
        string made = Path.Combine(folder, UnitFile.NewCheckpointOf(number));
        if (disk.List(folder).Contains(UnitFile.NewCheckpointOf(number)))
            disk.Delete(made);
        using (IDiskFile file = disk.Create(made, 0))
        {
            file.Write(0, bytes);
            file.Sync();
        }

        disk.Rename(made, Path.Combine(folder, UnitFile.CheckpointOf(number)));
        disk.SyncFolder(folder);
    }

    static CheckpointCopies Of(ReadOnlySpan<byte> bytes, long number)
    {
        JournalCorruptException? wrong = null;
        int middle = bytes.Length / 2;

        // By the middle, which a flip in an end of line does not move; by the lines, which a cut does not.
        foreach (Range copy in (Range[])[new(0, middle), new(middle, bytes.Length), new(0, EndOfPair(bytes))])
        {
            ReadOnlySpan<byte> pair = bytes[copy];
            try
            {
                var found = Checkpoint.Parse(pair, number);
                byte[] whole = [.. pair, .. pair];
                return new CheckpointCopies(found, whole, DamageOf(found, whole, bytes));
            }
            catch (JournalCorruptException damaged)
            {
                wrong ??= damaged;
            }
        }

        throw wrong!;
    }

    static DamagedFrame? DamageOf(Checkpoint found, ReadOnlySpan<byte> whole, ReadOnlySpan<byte> bytes)
    {
        int same = whole.CommonPrefixLength(bytes);
        if (same == whole.Length && same == bytes.Length)
            return null;
        string what = same < whole.Length / 2 ? "its first copy is not what was signed, the second is" : "its second copy is not what the first is";
        return new DamagedFrame(UnitFile.CheckpointOf(found.Segment), same, found.FirstFrame, what) { IsMendable = true };
    }

    static int EndOfPair(ReadOnlySpan<byte> bytes)
    {
        int end = 0;
        for (int line = 0; line < Lines && bytes[end..].IndexOf((byte)'\n') is >= 0 and var length; line++)
            end += length + 1;
        return end;
    }
}
