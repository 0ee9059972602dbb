using System.Buffers;
using System.Collections;
using EdgeRuntime.Facts;
using EdgeRuntime.Journal.Disks;
using EdgeRuntime.Journal.Sealed;

namespace EdgeRuntime.Journal.Retention;

/// <summary>
/// Writes a sealed unit again without some of its samples, or without any; facts, batches and positions stay. The new files are read back and compared
/// before they are signed, and the rename of the checkpoint is the moment from which they count: there is always the old unit or the new.
/// </summary>
sealed class Thinner(IDisk disk, string folder, ICheckpointSigner signer)
{
    public const string Minute = "minute";
    public const string None = "none";

    /// <param name="all">Takes out every sample; else <see cref="ThinningRule"/> says which stay.</param>
    /// <param name="minGain">Below this share of samples taken out nothing is done.</param>
    /// <returns>Null where nothing was done.</returns>
    /// <exception cref="JournalCorruptException">The unit is damaged. It stays as it is.</exception>
    /// <exception cref="SealingException">What was written reads back as something else. The unit stays as it is.</exception>
    /// <exception cref="IOException">The disk refuses. Either the unit stays as it is, or the new one counts and what is left of the old goes later.</exception>
    public ThinReport? Thin(long number, UnitCatalog catalog, bool all, double minGain, CancellationToken stop)
    {
        Checkpoint before = catalog.Read(number);
        CheckpointFile samples = before.File(UnitFile.Samples);
        // Which sample of its batch a sample was is not told of a unit that is thinned; so one is thinned once, and then only emptied.
        if (samples.Rows == 0 || (!all && before.Thinned))
            return null;
        UnitMender mender = catalog.MenderOf(before);
        BitArray stays = all ? new BitArray(checked((int)samples.Rows)) : Judge(before, mender, stop);
        long kept = Count(stays);
        if (kept > samples.Rows - (samples.Rows * minGain) || kept == samples.Rows)
            return null;
        int generation = before.Files.Max(f => UnitFile.GenerationOf(f.Name)) + 1;
        Begin(before);
        var taken = new Dictionary<(string Source, string Tag), TakenRun>();
        Checkpoint unsigned;
        try
        {
            unsigned = Write(before, mender, stays, generation, taken, stop) with
            {
                Thinned = true,
                Taken = [.. before.Taken, new TakenSamples(all ? None : Minute, samples.Sha256, samples.Rows, kept)],
                Key = signer.PublicKey,
            };
            Compare(before, mender, unsigned, stays, stop);
        }
        catch
        {
            RemoveOthers(before);
            throw;
        }

        PutInForce(unsigned, catalog.Replace);
        RemoveOthers(unsigned);
        return new ThinReport(number, all ? None : Minute, kept, before.Files.Sum(f => f.Bytes) - unsigned.Files.Sum(f => f.Bytes), [.. taken.Values]);
    }

    BitArray Judge(Checkpoint unit, UnitMender mender, CancellationToken stop)
    {
        var rule = new ThinningRule();
        using UnitReader reader = Open(unit, mender);
        while (Next(reader, stop) is { } stored)
        {
            foreach (Sample sample in stored.Batch.Samples)
                rule.Look(sample);
        }

        return rule.Stays();
    }

    Checkpoint Write(Checkpoint before, UnitMender mender, BitArray stays, int generation, Dictionary<(string Source, string Tag), TakenRun> taken, CancellationToken stop)
    {
        using UnitReader reader = Open(before, mender);
        using var writer = new UnitWriter(disk, folder, before.Segment, generation, before.LastSegment);
        int at = 0;
        while (Next(reader, stop) is { } stored)
        {
            FactBatch batch = stored.Batch;
            int first = at;
            writer.Add(stored.Frame, batch, batch.Samples.Count + stored.SamplesTaken, i => stays[first + i]);
            for (int i = 0; i < batch.Samples.Count; i++)
            {
                if (!stays[at++])
                    Take(taken, batch.Origin, batch.Samples[i]);
            }
        }

        return before with { Files = Finish(writer, before.Segment, generation, before.LastSegment) };
    }

    /// <summary>Makes what was written durable, with its index and parity, and sums it up.</summary>
    public CheckpointFile[] Finish(UnitWriter writer, long number, int generation, long last)
    {
        writer.Finish();
        string samples = UnitFile.Of(number, generation, UnitFile.Samples, last);
        UnitIndex.Write(disk, folder, samples, UnitFile.Of(number, generation, UnitFile.Index, last));
        CheckpointFile[] files = BlockSums.OfUnit(disk, folder, number, generation, writer.Rows, last);
        disk.SyncFolder(folder);
        return files;
    }

    static void Take(Dictionary<(string Source, string Tag), TakenRun> taken, string source, in Sample sample)
    {
        EventTime at = sample.Event;
        taken[(source, sample.Tag)] = taken.TryGetValue((source, sample.Tag), out TakenRun? run)
            ? run with { From = at < run.From ? at : run.From, To = at > run.To ? at : run.To, Values = run.Values + 1 }
            : new TakenRun(source, sample.Tag, at, at, 1);
    }

    /// <summary>Every batch as it was but for the samples that were taken out.</summary>
    void Compare(Checkpoint before, UnitMender mender, Checkpoint after, BitArray stays, CancellationToken stop)
    {
        using UnitReader old = Open(before, mender);
        using UnitReader made = Open(after, null);
        var expected = new ArrayBufferWriter<byte>();
        var found = new ArrayBufferWriter<byte>();
        int at = 0;
        while (Next(old, stop) is { } was)
        {
            StoredBatch? now;
            try
            {
                now = made.Next();
            }
            catch (JournalCorruptException wrong)
            {
                throw new SealingException(before.Segment, was.Frame, wrong.Message);
            }

            int first = at;
            at += was.Batch.Samples.Count;
            FactBatch left = was.Batch with { Samples = [.. was.Batch.Samples.Where((_, i) => stays[first + i])] };
            expected.ResetWrittenCount();
            found.ResetWrittenCount();
            FactCodec.Encode(left, expected);
            if (now is not null)
                FactCodec.Encode(now.Batch, found);
            if (now?.Frame != was.Frame
                || !found.WrittenSpan.SequenceEqual(expected.WrittenSpan)
                || now.SamplesTaken != was.SamplesTaken + was.Batch.Samples.Count - left.Samples.Count)
                throw new SealingException(before.Segment, was.Frame, "the thinned files give another batch than the unit without the samples taken out");
        }

        if (made.Next() is { } more)
            throw new SealingException(before.Segment, more.Frame, "the thinned files hold a batch that the unit does not");
    }

    /// <summary>
    /// Clears the way for a rewriting: removes what an earlier try left. A rename that it could not make durable must be, before files that it took out of force go.
    /// </summary>
    /// <exception cref="IOException">The disk refuses, or another checkpoint lies there than this process knows. All stays as it is.</exception>
    public void Begin(Checkpoint inForce)
    {
        disk.SyncFolder(folder);
        if (!IsInForce(inForce))
            throw new IOException($"{UnitFile.CheckpointOf(inForce.Segment)} is another than this process knows, after an error of the disk. The next start looks anew.");
        RemoveOthers(inForce);
    }

    /// <summary>Signs a rewritten unit; from the rename on it counts instead of the old one.</summary>
    /// <param name="tell">Is told that it counts, also where only the last flush failed: then it may or may not outlive a power cut, and both are whole.</param>
    public void PutInForce(Checkpoint unsigned, Action<Checkpoint> tell)
    {
        try
        {
            CheckpointCopies.Write(disk, folder, unsigned.Segment, unsigned.Signed(signer));
        }
        catch (IOException)
        {
            if (IsInForce(unsigned))
                tell(unsigned);
            throw;
        }

        tell(unsigned);
    }

    bool IsInForce(Checkpoint unit)
    {
        try
        {
            return Checkpoint.Read(disk, folder, unit.Segment).Files.Select(f => f.Name).SequenceEqual(unit.Files.Select(f => f.Name));
        }
        catch (Exception wrong) when (wrong is IOException or JournalCorruptException)
        {
            // Not known: the next try refuses, or the next start finds out. The files of both are there.
            return false;
        }
    }

    /// <summary>Removes the files of this unit's number that its checkpoint does not name.</summary>
    public void RemoveOthers(Checkpoint named)
    {
        HashSet<string> names = [.. named.Files.Select(f => f.Name)];
        foreach (string name in disk.List(folder).Where(n => UnitFile.IsPart(n, out long of) && of == named.Segment && !names.Contains(n)))
            disk.Delete(Path.Combine(folder, name));
        disk.SyncFolder(folder);
    }

    /// <param name="mender">Null for files that were just written: they must read back as they are.</param>
    UnitReader Open(Checkpoint unit, UnitMender? mender) => new(disk, folder, unit, new Dictionary<string, string>(StringComparer.Ordinal), mender: mender);

    static StoredBatch? Next(UnitReader reader, CancellationToken stop)
    {
        stop.ThrowIfCancellationRequested();
        return reader.Next();
    }

    static long Count(BitArray bits)
    {
        long count = 0;
        for (int i = 0; i < bits.Count; i++)
            count += bits[i] ? 1 : 0;
        return count;
    }
}
