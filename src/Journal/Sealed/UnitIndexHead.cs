using System.Buffers.Binary;
using System.Text;
using EdgeRuntime.Journal.Disks;
using EdgeRuntime.Journal.Frames;

namespace EdgeRuntime.Journal.Sealed;

/// <summary>The small part of an index, which is kept in memory for every unit: what is in it of which tag and when.</summary>
sealed class UnitIndexHead
{
    readonly string _file;
    readonly int _headBytes;
    readonly uint _bodyCheck;
    readonly int _bodyBytes;

    UnitIndexHead(string file, ReadOnlySpan<byte> head)
    {
        _file = file;
        _headBytes = head.Length;
        _bodyCheck = BinaryPrimitives.ReadUInt32LittleEndian(head[UnitIndexLayout.AtBodyCheck..]);
        _bodyBytes = checked((int)Long(head, UnitIndexLayout.AtBodyBytes));
        FirstFrame = Long(head, UnitIndexLayout.AtFirstFrame);
        LastFrame = Long(head, UnitIndexLayout.AtLastFrame);
        LeastIngest = Long(head, UnitIndexLayout.AtLeastIngest);
        Samples = Long(head, UnitIndexLayout.AtSamples);
        Pieces = Int(head, UnitIndexLayout.AtPieces);
        RowGroups = Int(head, UnitIndexLayout.AtRowGroups);
        BatchRowGroups = Int(head, UnitIndexLayout.AtBatchRowGroups);
        Pages = Int(head, UnitIndexLayout.AtPages);
        IngestPages = Int(head, UnitIndexLayout.AtIngestPages);
        int at = UnitIndexLayout.FixedBytes;
        SamplesFile = Name(head, ref at);
        BatchesFile = Name(head, ref at);
        Tags = new TagSummary[Int(head, UnitIndexLayout.AtTags)];
        for (int i = 0; i < Tags.Length; i++)
        {
            string tag = Name(head, ref at);
            Tags[i] = new(
                tag, Long(head, at), Long(head, at + 8), Long(head, at + 16), Long(head, at + 24), Int(head, at + 32), Int(head, at + 36));
            at += UnitIndexLayout.TagNumbersBytes;
        }
    }

    public long FirstFrame { get; }
    public long LastFrame { get; }

    /// <summary>The least ingest time of a batch.</summary>
    public long LeastIngest { get; }
    public long Samples { get; }
    public int Pieces { get; }
    public int RowGroups { get; }
    public int BatchRowGroups { get; }
    public int Pages { get; }
    public int IngestPages { get; }
    public string SamplesFile { get; }
    public string BatchesFile { get; }

    /// <summary>In ordinal order of their names.</summary>
    public TagSummary[] Tags { get; }

    public int BodyBytes => _bodyBytes;

    /// <summary>The same, and where it is damaged from what parity gives.</summary>
    /// <exception cref="JournalCorruptException">The head is not what was written, and cannot be mended.</exception>
    public static UnitIndexHead Read(IDisk disk, string folder, CheckpointFile index, UnitMender mender)
    {
        try
        {
            return Read(disk, folder, index.Name);
        }
        catch (JournalCorruptException)
        {
            using CheckedFile mended = mender.Open(index);
            return Read(mended, index.Name);
        }
    }

    /// <exception cref="JournalCorruptException">The head is not what was written.</exception>
    public static UnitIndexHead Read(IDisk disk, string folder, string indexFile)
    {
        using IDiskFile file = disk.Open(Path.Combine(folder, indexFile), forWriting: false);
        return Read(file, indexFile);
    }

    static UnitIndexHead Read(IDiskFile file, string indexFile)
    {
        byte[] start = new byte[UnitIndexLayout.FixedBytes];
        int bytes = file.Read(0, start) == start.Length && start.AsSpan().StartsWith(UnitIndexLayout.Magic) ? Int(start, UnitIndexLayout.AtHeadBytes) : 0;
        if (bytes < start.Length || bytes > file.Length)
            throw new JournalCorruptException(indexFile, 0, 0, "it does not begin as an index does");
        byte[] head = new byte[bytes];
        if (file.Read(0, head) != bytes
            || Crc32C.Of(head.AsSpan(UnitIndexLayout.AtHeadBytes)) != BinaryPrimitives.ReadUInt32LittleEndian(head.AsSpan(UnitIndexLayout.AtHeadCheck)))
            throw new JournalCorruptException(indexFile, 0, 0, "the check of its head disagrees with it");
        if (Int(head, UnitIndexLayout.AtVersion) != UnitIndexLayout.Version)
            throw new JournalCorruptException(indexFile, UnitIndexLayout.AtVersion, 0, $"it has version {Int(head, UnitIndexLayout.AtVersion)}, and this reader knows {UnitIndexLayout.Version}");
        return new(indexFile, head);
    }

    /// <summary>The rest, once it is needed; where it is damaged from what parity gives.</summary>
    /// <exception cref="JournalCorruptException">It is not what was written, and cannot be mended.</exception>
    public byte[] ReadBody(IDisk disk, string folder, CheckpointFile index, UnitMender mender)
    {
        try
        {
            return ReadBody(disk, folder);
        }
        catch (JournalCorruptException)
        {
            using CheckedFile mended = mender.Open(index);
            return ReadBody(mended);
        }
    }

    /// <exception cref="JournalCorruptException">It is not what was written.</exception>
    public byte[] ReadBody(IDisk disk, string folder)
    {
        using IDiskFile file = disk.Open(Path.Combine(folder, _file), forWriting: false);
        return ReadBody(file);
    }

    byte[] ReadBody(IDiskFile file)
    {
        byte[] body = new byte[_bodyBytes];
        if (file.Read(_headBytes, body) != body.Length || Crc32C.Of(body) != _bodyCheck)
            throw new JournalCorruptException(_file, _headBytes, FirstFrame, "the check of its body disagrees with it");
        return body;
    }

    static string Name(ReadOnlySpan<byte> head, ref int at)
    {
        int bytes = BinaryPrimitives.ReadUInt16LittleEndian(head[at..]);
        at += sizeof(ushort) + bytes;
        return Encoding.UTF8.GetString(head.Slice(at - bytes, bytes));
    }

    static long Long(ReadOnlySpan<byte> head, int at) => BinaryPrimitives.ReadInt64LittleEndian(head[at..]);

    static int Int(ReadOnlySpan<byte> head, int at) => BinaryPrimitives.ReadInt32LittleEndian(head[at..]);
}

/// <summary>What a unit has of one tag.</summary>
readonly record struct TagSummary(string Tag, long MinTime, long MaxTime, long FirstFrame, long LastFrame, int FirstPiece, int Pieces);
