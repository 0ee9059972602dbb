using System.Buffers;
using EdgeRuntime.Facts;
using EdgeRuntime.Journal.Disks;
using EdgeRuntime.Journal.Repair;
using EdgeRuntime.Journal.Segments;

namespace EdgeRuntime.Journal;

/// <summary>Proves offline that a journal is what was written: checksums, numbers, hash chain, and the canonical form of every batch.</summary>
public static class JournalVerifier
{
    /// <param name="progress">Told the number of the frame reached, every thousand frames; may be null.</param>
    /// <exception cref="IOException">There is no journal in the folder, or the disk refuses.</exception>
    public static VerifyReport Verify(string folder, IDisk disk, IProgress<long>? progress = null)
    {
        long[] numbers = SegmentName.NumbersIn(disk.List(folder));
        if (numbers.Length == 0)
            throw new IOException($"There is no journal in {folder}.");
        SegmentTail newest = SegmentTail.Of(disk, folder, numbers[^1]);
        var tail = JournalTail.Found(newest, numbers[^1], disk, folder);
        using var walk = new FrameWalk(disk, folder, 1, numbers);
        var encoded = new ArrayBufferWriter<byte>();
        long frames = 0;
        long damages = 0;
        DamagedFrame? first = null;
        List<DamagedFrame> repaired = [];
        foreach (DamagedFrame mark in WrongMarks(folder, disk))
        {
            damages++;
            first ??= mark;
        }

        while (walk.Next(tail) is var step && step != Step.End)
        {
            DamagedFrame? damage = step == Step.Damage ? walk.Damage : Canonical(walk, encoded);
            if (damage is null)
                frames++;
            else if (damage.IsRepaired)
                repaired.Add(damage);
            else
                damages++;
            first ??= damage is { IsRepaired: true } ? null : damage;
            if (walk.LastBatch % 1000 == 0)
                progress?.Report(walk.LastBatch);
        }

        long torn = newest.TornEnd - newest.End;
        return new VerifyReport
        {
            Segments = walk.Segments,
            Frames = frames,
            Bytes = walk.Bytes,
            LastHash = Digest.FromBytes(walk.LastHash),
            CleanEnd = newest.Clean,
            TornBytes = torn,
            FirstDamage = first,
            Damages = damages,
            Repaired = repaired,
            Sentence = Sentence(folder, walk, frames, newest, torn, first, damages) + RepairSentence(repaired),
        };
    }

    /// <summary>A repair mark that is not what was written names nothing; what it named shows as damage again.</summary>
    static IEnumerable<DamagedFrame> WrongMarks(string folder, IDisk disk)
    {
        foreach (string name in disk.List(folder).Where(SegmentHoles.IsHole))
        {
            if (SegmentHoles.TryRead(disk, folder, SegmentHoles.NumberOf(name), out _) is { } wrong)
                yield return new DamagedFrame(name, 0, 0, wrong);
        }
    }

    static string RepairSentence(List<DamagedFrame> repaired)
    {
        if (repaired.Count == 0)
            return "";
        long lost = repaired.Count(r => r.Frame > 0);
        return $" Before that, repairs have named {repaired.Count} losses, with {lost} frames that are gone, the first in {repaired[0].Segment} at byte {repaired[0].Offset}: {repaired[0].What}.";
    }

    static DamagedFrame? Canonical(FrameWalk walk, ArrayBufferWriter<byte> encoded)
    {
        try
        {
            encoded.ResetWrittenCount();
            FactCodec.Encode(walk.Decode().Batch, encoded);
            return encoded.WrittenSpan.SequenceEqual(walk.Body)
                ? null
                : new DamagedFrame(walk.Name, walk.Offset, walk.Header.Frame, "its bytes are not the canonical form of the batch in them");
        }
        catch (FactFormatException wrong)
        {
            return walk.NotCanonical(wrong);
        }
    }

    static string Sentence(string folder, FrameWalk walk, long frames, SegmentTail newest, long torn, DamagedFrame? first, long damages) =>
        first is null
            ? $"The journal in {folder} is readable and what it holds is what was written: {frames} frames in {walk.Segments} segments, "
              + (newest.Clean ? "stopped cleanly." : torn == 0 ? "not stopped cleanly or still open." : $"with {torn} bytes at the end that never became durable.")
            : $"The journal in {folder} is damaged in {damages} places, first in segment {first.Segment} at byte {first.Offset}"
              + (first.Frame == 0 ? "" : $" (frame {first.Frame})") + $": {first.What}. {frames} frames are whole; restore the segment from a backup.";
}
