using EdgeRuntime.Journal.Disks;
using EdgeRuntime.Journal.Frames;

namespace EdgeRuntime.Journal.Sealed;

/// <summary>
/// A sealed file that gives only bytes that are what was signed: each block is compared with its checksum before a byte of it is given. One that disagrees is
/// mended from the parity, and that is told.
/// </summary>
sealed class CheckedFile : IDiskFile
{
    readonly IDiskFile? _file;
    readonly CheckpointFile _signed;
    readonly UnitMender? _mender;
    readonly byte[] _block = new byte[BlockSums.BlockBytes];
    int _loaded = -1;
    int _loadedBytes;

    CheckedFile(IDiskFile? file, CheckpointFile signed, UnitMender? mender)
    {
        (_file, _signed, _mender) = (file, signed, mender);
        if (signed.Blocks.Length == BlockSums.BlocksOf(signed.Bytes) && (mender is not null || file!.Length == signed.Bytes))
            return;
        long length = file?.Length ?? 0;
        file?.Dispose();
        throw new JournalCorruptException(signed.Name, Math.Min(length, signed.Bytes), 0, $"it has {length} bytes and {signed.Bytes} were signed");
    }

    /// <summary>What stopped a read. What reads through this may turn an exception into one of its own; this is the one that counts.</summary>
    public Exception? Failure { get; private set; }

    /// <summary>As it was signed.</summary>
    public long Length => _signed.Bytes;

    /// <param name="mender">Null: damage is refused, as who compares what was just written needs it.</param>
    /// <exception cref="JournalCorruptException">The file is missing, or without a mender has another length.</exception>
    public static CheckedFile Open(IDisk disk, string folder, CheckpointFile signed, UnitMender? mender)
    {
        IDiskFile? file = null;
        try
        {
            file = disk.Open(Path.Combine(folder, signed.Name), forWriting: false);
        }
        catch (FileNotFoundException) when (mender is { MendsMissing: true })
        {
            // Every block of it is damaged.
        }
        catch (FileNotFoundException)
        {
            throw new JournalCorruptException(signed.Name, 0, 0, "the file is missing although its checkpoint names it");
        }

        return new CheckedFile(file, signed, mender);
    }

    /// <exception cref="JournalCorruptException">A block is not what was signed, and cannot be mended.</exception>
    public int Read(long offset, Span<byte> into)
    {
        int given = 0;
        while (given < into.Length && offset < Length)
        {
            ReadOnlySpan<byte> rest = Block((int)(offset / BlockSums.BlockBytes))[(int)(offset % BlockSums.BlockBytes)..];
            int bytes = Math.Min(rest.Length, into.Length - given);
            rest[..bytes].CopyTo(into[given..]);
            given += bytes;
            offset += bytes;
        }

        return given;
    }

    public void Write(long offset, ReadOnlySpan<byte> bytes) => throw new NotSupportedException("A sealed file is only read.");

    public void Sync() => throw new NotSupportedException("A sealed file is only read.");

    public void Dispose() => _file?.Dispose();

    ReadOnlySpan<byte> Block(int number)
    {
        if (number == _loaded)
            return _block.AsSpan(0, _loadedBytes);
        try
        {
            _loaded = -1;
            long at = (long)number * BlockSums.BlockBytes;
            Span<byte> block = _block.AsSpan(0, BlockSums.LengthOf(Length, number));
            if ((_file?.Read(at, block) ?? 0) != block.Length || Crc32C.Of(block) != _signed.Blocks[number])
                Mend(number, at, block);
            (_loaded, _loadedBytes) = (number, block.Length);
            return block;
        }
        catch (Exception stopped)
        {
            Failure ??= stopped;
            throw;
        }
    }

    void Mend(int number, long at, Span<byte> block)
    {
        string what = $"the {block.Length} bytes from here do not match their checksum";
        if (_mender?.TryMend(_signed, number, block) != true)
            throw new JournalCorruptException(_signed.Name, at, 0, what);
        _mender.Meet(_signed.Name, at, what);
    }
}
