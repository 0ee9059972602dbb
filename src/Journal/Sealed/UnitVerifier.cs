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
        Checkpoint checkpoint;
        try
        {
            checkpoint = Checkpoint.Read(disk, folder, number);
        }
        catch (JournalCorruptException wrong)
        {
            return [Of(wrong, before is { } known ? known.Frame + 1 : wrong.Frame)];
        }

        after = new VerifyMark(checkpoint.LastSegment, checkpoint.LastFrame, checkpoint.LastHash);
        List<DamagedFrame> damages = [.. Chain(checkpoint, name, before)];
        string frames = $"; it holds frames {checkpoint.FirstFrame} to {checkpoint.LastFrame}";
        foreach (CheckpointFile file in checkpoint.Files)
        {
            if (FileDamage(file) is { } wrong)
                damages.Add(new DamagedFrame(file.Name, wrong.Offset, checkpoint.FirstFrame, wrong.What + frames));
            else
                Bytes += file.Bytes;
        }

        if (damages.Count == 0 && BatchDamage(checkpoint) is { } damage)
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

    (long Offset, string What)? FileDamage(CheckpointFile signed)
    {
        IDiskFile file;
        try
        {
            file = disk.Open(Path.Combine(folder, signed.Name), forWriting: false);
        }
        catch (FileNotFoundException)
        {
            return (0, "the file is missing although its checkpoint names it");
        }

        using (file)
        {
            if (file.Length != signed.Bytes)
                return (Math.Min(file.Length, signed.Bytes), $"the file has {file.Length} bytes and {signed.Bytes} were signed");
            using var sha = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            byte[] block = new byte[BlockSums.BlockBytes];
            for (int i = 0; i < BlockSums.BlocksOf(signed.Bytes); i++)
            {
                long at = (long)i * block.Length;
                int read = file.Read(at, block);
                sha.AppendData(block, 0, read);
                if (i >= signed.Blocks.Length || Crc32C.Of(block.AsSpan(0, read)) != signed.Blocks[i])
                    return (at, $"the {read} bytes from here do not match their checksum");
            }

            return Digest.FromBytes(sha.GetHashAndReset()) == signed.Sha256 ? null : (0, "the file does not match its SHA-256");
        }
    }

    DamagedFrame? BatchDamage(Checkpoint checkpoint)
    {
        long frame = checkpoint.FirstFrame;
        long first = long.MaxValue;
        long last = long.MinValue;
        try
        {
            using var unit = new UnitReader(disk, folder, checkpoint, _tagNames) { ProvesFacts = true };
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
