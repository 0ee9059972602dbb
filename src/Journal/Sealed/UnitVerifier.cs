using System.Security.Cryptography;
using EdgeRuntime.Facts;
using EdgeRuntime.Journal.Disks;
using EdgeRuntime.Journal.Frames;

namespace EdgeRuntime.Journal.Sealed;

/// <summary>Proves one sealed unit: its signature, its place in the chain, every byte of its files, every batch in them.</summary>
/// <param name="boxKey">The fingerprint of the key that must have signed; null where any key will do.</param>
sealed class UnitVerifier(IDisk disk, string folder, Digest? boxKey, IReadOnlyList<Digest> formerKeys)
{
    readonly Dictionary<string, string> _tagNames = new(StringComparer.Ordinal);

    /// <summary>Whole batches so far.</summary>
    public long Frames { get; private set; }

    /// <summary>Frames that repairs have named as lost.</summary>
    public List<DamagedFrame> Lost { get; } = [];

    /// <summary>Bytes of files that were read so far.</summary>
    public long Bytes { get; private set; }

    /// <summary>Everything that is wrong with the unit, the first first.</summary>
    /// <param name="before">What the unit must follow; null where that is not known.</param>
    /// <param name="after">What the next must follow; null where that is not known.</param>
    public IReadOnlyList<DamagedFrame> Verify(long number, VerifyMark? before, out VerifyMark? after)
    {
        string name = UnitFile.CheckpointOf(number);
        after = null;
        CheckpointCopies copies;
        try
        {
            copies = CheckpointCopies.Read(disk, folder, number);
        }
        catch (JournalCorruptException wrong)
        {
            return [Of(wrong, before is { } known ? known.Frame + 1 : wrong.Frame)];
        }

        Checkpoint checkpoint = copies.Checkpoint;
        after = new VerifyMark(checkpoint.LastSegment, checkpoint.LastFrame, checkpoint.LastHash);
        List<DamagedFrame> damages = [.. Chain(checkpoint, name, before)];
        if (copies.Damage is { } half)
            damages.Add(half);
        damages.AddRange(FileDamages(checkpoint));
        if (damages.All(d => d.IsMendable) && BatchDamage(checkpoint) is { } damage)
            damages.Add(damage);
        // Thinned or merged under this walk, its files have other names now.
        return damages.Count > 0 && WasRewritten(checkpoint) ? Verify(number, before, out after) : damages;
    }

    bool WasRewritten(Checkpoint checkpoint)
    {
        try
        {
            return !Checkpoint.Read(disk, folder, checkpoint.Segment).Files.Select(f => f.Name).SequenceEqual(checkpoint.Files.Select(f => f.Name));
        }
        catch (JournalCorruptException)
        {
            return false;
        }
    }

    IEnumerable<DamagedFrame> Chain(Checkpoint checkpoint, string name, VerifyMark? before)
    {
        if (boxKey is { } key && checkpoint.Fingerprint != key && !formerKeys.Contains(checkpoint.Fingerprint))
            yield return new DamagedFrame(name, 0, checkpoint.FirstFrame, $"it is signed with key {checkpoint.Fingerprint.Short}… and this box's is {key.Short}…");
        if (UnitFile.Parts.FirstOrDefault(part => !checkpoint.Files.Any(file => file.Name.EndsWith(part, StringComparison.Ordinal))) is { } missing)
            yield return new DamagedFrame(name, 0, checkpoint.FirstFrame, $"it names no {missing} file");
        if (before is not { } mark)
            yield break;
        if (checkpoint.Segment != mark.Segment + 1)
            yield return new DamagedFrame(UnitFile.CheckpointOf(mark.Segment + 1), 0, mark.Frame + 1, "the checkpoint is missing although later ones are there");
        else if (checkpoint.FirstFrame != mark.Frame + 1)
            yield return new DamagedFrame(name, 0, mark.Frame + 1, $"the unit begins with frame {checkpoint.FirstFrame} and not {mark.Frame + 1}");
        else if (checkpoint.PreviousHash != mark.Hash)
            yield return new DamagedFrame(name, 0, checkpoint.FirstFrame, "its hash of the frame before is not the hash of that frame");
    }

    /// <summary>One for each file that is not what was signed.</summary>
    IEnumerable<DamagedFrame> FileDamages(Checkpoint checkpoint)
    {
        UnitMender mender = MenderOf(checkpoint);
        var parity = new ParitySums();
        bool areKnown = true;
        foreach (CheckpointFile file in checkpoint.Files.Where(f => !UnitFile.IsParity(f)))
        {
            DamagedFrame? wrong = FileDamage(checkpoint, file, mender, parity);
            areKnown &= wrong is null or { IsMendable: true };
            if (wrong is not null)
                yield return wrong;
        }

        // From files that are known to the byte the parity can be made again; so it is proved, or mended.
        if (checkpoint.Files.FirstOrDefault(UnitFile.IsParity) is not { } signed)
            yield break;
        bool isSum = areKnown && parity.Sha256 == signed.Sha256;
        if (FileDamage(checkpoint, signed, mender, null) is { } damaged)
            yield return damaged with { IsMendable = isSum };
        else if (areKnown && !isSum)
            yield return new DamagedFrame(signed.Name, 0, checkpoint.FirstFrame, "it is not the parity of the files beside it");
    }

    DamagedFrame? FileDamage(Checkpoint checkpoint, CheckpointFile signed, UnitMender mender, ParitySums? parity)
    {
        using IDiskFile? file = TryOpen(signed.Name);
        (long at, string what) = file is null
            ? (0, "the file is missing although its checkpoint names it")
            : file.Length == signed.Bytes ? (0, "") : (Math.Min(file.Length, signed.Bytes), $"the file has {file.Length} bytes and {signed.Bytes} were signed");
        bool isKnown = true;
        using var sha = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        byte[] whole = new byte[BlockSums.BlockBytes];
        parity?.Begin(signed.Bytes);
        for (int i = 0; i < BlockSums.BlocksOf(signed.Bytes); i++)
        {
            long offset = (long)i * whole.Length;
            Span<byte> block = whole.AsSpan(0, BlockSums.LengthOf(signed.Bytes, i));
            if ((file?.Read(offset, block) ?? 0) != block.Length || i >= signed.Blocks.Length || Crc32C.Of(block) != signed.Blocks[i])
            {
                if (what.Length == 0)
                    (at, what) = (offset, $"the {block.Length} bytes from here do not match their checksum");
                isKnown = isKnown && i < signed.Blocks.Length && mender.TryMend(signed, i, block);
            }

            sha.AppendData(block);
            parity?.Add(i, signed.Bytes, block);
        }

        isKnown = isKnown && Digest.FromBytes(sha.GetHashAndReset()) == signed.Sha256;
        if (what.Length == 0 && !isKnown)
            what = "the file does not match its SHA-256";
        if (what.Length > 0)
            return new DamagedFrame(signed.Name, at, checkpoint.FirstFrame, $"{what}; it holds frames {checkpoint.FirstFrame} to {checkpoint.LastFrame}") { IsMendable = isKnown };
        Bytes += signed.Bytes;
        return null;
    }

    UnitMender MenderOf(Checkpoint checkpoint) => new(disk, folder, checkpoint, null) { MendsMissing = true };

    IDiskFile? TryOpen(string name)
    {
        try
        {
            return disk.Open(Path.Combine(folder, name), forWriting: false);
        }
        catch (FileNotFoundException)
        {
            return null;
        }
    }

    DamagedFrame? BatchDamage(Checkpoint checkpoint)
    {
        long frame = checkpoint.FirstFrame;
        long first = long.MaxValue;
        long last = long.MinValue;
        try
        {
            using var unit = new UnitReader(disk, folder, checkpoint, _tagNames, mender: MenderOf(checkpoint)) { ProvesFacts = true };
            while (unit.Next() is { } stored)
            {
                first = Math.Min(first, stored.Batch.Ingest.UnixNanoseconds);
                last = Math.Max(last, stored.Batch.Ingest.UnixNanoseconds);
                frame++;
                if (stored.Batch.Origin == Origins.Lost)
                    Lost.Add(LostFrame.In(checkpoint.Segment, stored.Frame));
                else
                    Frames++;
            }
        }
        catch (JournalCorruptException wrong)
        {
            return Of(wrong, frame);
        }

        return first > last || (first == checkpoint.FirstIngest.UnixNanoseconds && last == checkpoint.LastIngest.UnixNanoseconds)
            ? null
            : new DamagedFrame(UnitFile.CheckpointOf(checkpoint.Segment), 0, checkpoint.FirstFrame, "its ingest times are not those of its batches");
    }

    static DamagedFrame Of(JournalCorruptException wrong, long frame) => new(wrong.Segment, wrong.Offset, wrong.Frame == 0 ? frame : wrong.Frame, wrong.What);
}
