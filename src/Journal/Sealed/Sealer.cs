using System.Buffers;
using EdgeRuntime.Facts;
using EdgeRuntime.Journal.Disks;
using EdgeRuntime.Journal.Frames;
using EdgeRuntime.Journal.Repair;
using EdgeRuntime.Journal.Segments;

namespace EdgeRuntime.Journal.Sealed;

/// <summary>
/// Makes a closed segment a sealed unit: writes the Parquet files, reads them back, compares every batch with its frame, and only then
/// signs. The rename of the checkpoint is the moment from which the unit counts.
/// </summary>
sealed class Sealer(IDisk disk, string folder, ICheckpointSigner signer)
{
    const int Generation = 1;

    /// <exception cref="JournalCorruptException">A byte of the segment is not what was written.</exception>
    /// <exception cref="SealingException">What was written reads back as something else. The segment stays as it is.</exception>
    /// <exception cref="IOException">The disk refuses.</exception>
    /// <exception cref="OperationCanceledException">It was told to stop. What it left is removed at the next start or the next try.</exception>
    public Checkpoint Seal(long number, UnitCatalog catalog, CancellationToken stop)
    {
        Remove(number);
        (long _, long expected, byte[]? previousHash) = catalog.HotStart();
        string samples = UnitFile.Of(number, Generation, UnitFile.Samples);
        Checkpoint unsigned;
        if (SegmentHoles.Of(disk, folder, number) is { IsMissing: true } missing)
            return SealMissing(missing, expected, previousHash!, catalog);
        using (SegmentFile segment = Open(number, expected, previousHash!))
        using (var writer = new UnitWriter(disk, folder, number, Generation))
        {
            long first = long.MaxValue;
            long last = long.MinValue;
            var before = new IngestTime(LastIngestBefore(catalog));
            foreach ((long frame, FactBatch? read) in Batches(segment, expected, stop))
            {
                FactBatch batch = read ?? Lost(before);
                before = batch.Ingest;
                writer.Add(frame, batch);
                first = Math.Min(first, batch.Ingest.UnixNanoseconds);
                last = Math.Max(last, batch.Ingest.UnixNanoseconds);
            }

            writer.Finish();
            bool any = first <= last;
            unsigned = new Checkpoint
            {
                Segment = number,
                LastSegment = number,
                FirstFrame = expected,
                LastFrame = segment.Cursor.Expected - 1,
                PreviousHash = Digest.FromBytes(previousHash),
                LastHash = Digest.FromBytes(segment.Cursor.LastHash),
                FirstIngest = new IngestTime(any ? first : 0),
                LastIngest = new IngestTime(any ? last : 0),
                Files = [],
                Thinned = false,
                Key = signer.PublicKey,
            };
            unsigned = unsigned with { Files = Sums(writer, number, samples) };
        }

        Compare(unsigned, number, stop);
        disk.SyncFolder(folder);
        return Sign(unsigned);
    }

    /// <summary>A segment that a repair has named as missing becomes a unit of lost frames, so that what follows it can be sealed.</summary>
    Checkpoint SealMissing(SegmentHoles mark, long expected, byte[] previousHash, UnitCatalog catalog)
    {
        Hole hole = mark.Holes[0];
        var ingest = new IngestTime(LastIngestBefore(catalog));
        Checkpoint unsigned;
        using (var writer = new UnitWriter(disk, folder, mark.Segment, Generation))
        {
            for (long frame = expected; frame < hole.NextFrame; frame++)
                writer.Add(frame, Lost(ingest));
            writer.Finish();
            bool any = expected < hole.NextFrame;
            unsigned = new Checkpoint
            {
                Segment = mark.Segment,
                LastSegment = mark.Segment,
                FirstFrame = expected,
                LastFrame = hole.NextFrame - 1,
                PreviousHash = Digest.FromBytes(previousHash),
                LastHash = Digest.FromBytes(hole.GoesOnFrom),
                FirstIngest = any ? ingest : default,
                LastIngest = any ? ingest : default,
                Files = Sums(writer, mark.Segment, UnitFile.Of(mark.Segment, Generation, UnitFile.Samples)),
                Thinned = false,
                Key = signer.PublicKey,
            };
        }

        disk.SyncFolder(folder);
        return Sign(unsigned);
    }

    /// <summary>What stands for a batch that a repair has named as lost. When it was known nobody can say; not before the one before it.</summary>
    static FactBatch Lost(IngestTime before) => new() { Ingest = before, Origin = Origins.Lost };

    static long LastIngestBefore(UnitCatalog catalog) => catalog.Last == 0 ? 0 : catalog.Read(catalog.Last).LastIngest.UnixNanoseconds;

    /// <summary>Signs and puts in force. From the rename on the unit counts.</summary>
    Checkpoint Sign(Checkpoint unsigned)
    {
        CheckpointCopies.Write(disk, folder, unsigned.Segment, unsigned.Signed(signer));
        return unsigned;
    }

    CheckpointFile[] Sums(UnitWriter writer, long number, string samples)
    {
        UnitIndex.Write(disk, folder, samples, UnitFile.Of(number, Generation, UnitFile.Index));
        return BlockSums.OfUnit(disk, folder, number, Generation, writer.Rows);
    }

    void Compare(Checkpoint unsigned, long number, CancellationToken stop)
    {
        using SegmentFile segment = SegmentFile.Open(disk, folder, number);
        using var unit = new UnitReader(disk, folder, unsigned, new Dictionary<string, string>(StringComparer.Ordinal));
        var encoded = new ArrayBufferWriter<byte>();
        foreach ((long frame, bool isLost) in Frames(segment, unsigned.FirstFrame, stop))
        {
            StoredBatch? sealedBatch;
            try
            {
                sealedBatch = unit.Next();
            }
            catch (JournalCorruptException wrong)
            {
                throw new SealingException(number, frame, wrong.Message);
            }

            if (sealedBatch?.Frame != frame)
                throw new SealingException(number, frame, $"the sealed files give frame {sealedBatch?.Frame ?? 0} in its place");
            if (isLost != (sealedBatch.Batch.Origin == Origins.Lost))
                throw new SealingException(number, frame, "the sealed files do not agree that it is lost");
            if (isLost)
                continue;
            encoded.ResetWrittenCount();
            FactCodec.Encode(sealedBatch.Batch, encoded);
            if (!encoded.WrittenSpan.SequenceEqual(segment.Cursor.Body))
                throw new SealingException(number, frame, "the sealed files give a batch with other bytes than the frame's");
        }

        if (unit.Next() is { } more)
            throw new SealingException(number, more.Frame, "the sealed files hold a batch that the segment does not");
    }

    SegmentFile Open(long number, long expected, byte[] previousHash)
    {
        SegmentFile segment = SegmentFile.Open(disk, folder, number);
        string? wrong = segment.Wrong;
        if (wrong is null && segment.Holes?.At(0) is not null)
            return segment;
        if (wrong is null && segment.Header.FirstFrame != expected)
            wrong = $"the segment begins with frame {segment.Header.FirstFrame} and not {expected}";
        if (wrong is null && !segment.Header.PreviousHash.AsSpan().SequenceEqual(previousHash))
            wrong = "its hash of the frame before is not the hash of that frame";
        if (wrong is null)
            return segment;
        segment.Dispose();
        throw new JournalCorruptException(SegmentName.Of(number), 0, 0, wrong);
    }

    static IEnumerable<(long Frame, FactBatch? Batch)> Batches(SegmentFile segment, long expected, CancellationToken stop)
    {
        var tagNames = new TagNames();
        foreach ((long frame, bool isLost) in Frames(segment, expected, stop))
        {
            if (isLost)
            {
                yield return (frame, null);
                continue;
            }

            FactBatch batch;
            try
            {
                batch = FactCodec.DecodeBatch(segment.Cursor.Body, tagNames);
            }
            catch (FactFormatException wrong)
            {
                throw new JournalCorruptException(segment.Name, segment.Cursor.Offset, segment.Cursor.Header.Frame, wrong.Message.TrimEnd('.'));
            }

            yield return (frame, batch);
        }
    }

    /// <summary>Every frame of a segment that is closed, those that a repair has named as lost among them. The bytes of the others are at the cursor.</summary>
    static IEnumerable<(long Frame, bool IsLost)> Frames(SegmentFile segment, long expected, CancellationToken stop)
    {
        while (MoveToBatch(segment, stop))
        {
            for (; expected < segment.Cursor.Header.Frame; expected++)
                yield return (expected, true);
            yield return (expected++, false);
        }

        for (; expected < segment.Cursor.Expected; expected++)
            yield return (expected, true);
    }

    /// <summary>Moves to the next batch of a segment that is closed; its bytes are at the cursor. False behind the last.</summary>
    static bool MoveToBatch(SegmentFile segment, CancellationToken stop)
    {
        stop.ThrowIfCancellationRequested();
        FrameCursor cursor = segment.Cursor;
        FrameState state;
        while ((state = cursor.Next()) is FrameState.Whole or FrameState.Hole)
        {
            if (state == FrameState.Whole && cursor.Header.Kind == FrameKind.Batch)
                return true;
        }

        if (state == FrameState.Damaged)
            throw new JournalCorruptException(segment.Name, cursor.Offset, cursor.Expected, cursor.What);
        return segment.Window.IsZeroFrom(cursor.Offset)
            ? false
            : throw new JournalCorruptException(segment.Name, cursor.Offset, cursor.Expected, "it is zero although later bytes are not");
    }

    /// <summary>
    /// Removes what an earlier try left. It may have come to the rename and not made it durable: then the checkpoint goes first, for good, so that it never names
    /// files that are gone while the segment is there.
    /// </summary>
    void Remove(long number)
    {
        if (disk.List(folder).Contains(UnitFile.CheckpointOf(number)))
        {
            disk.Delete(Path.Combine(folder, UnitFile.CheckpointOf(number)));
            disk.SyncFolder(folder);
        }

        foreach (string name in disk.List(folder))
        {
            if ((UnitFile.IsPart(name, out long of) && of == number) || name == UnitFile.NewCheckpointOf(number))
                disk.Delete(Path.Combine(folder, name));
        }
    }
}
