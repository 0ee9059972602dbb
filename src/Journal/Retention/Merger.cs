using System.Buffers;
using EdgeRuntime.Facts;
using EdgeRuntime.Journal.Disks;
using EdgeRuntime.Journal.Sealed;

namespace EdgeRuntime.Journal.Retention;

/// <summary>
/// Makes one unit of neighbours that have no samples any more. It gets the number of the first, is read back and compared batch by batch, and counts from
/// the rename of the first one's checkpoint: the others are covered by it from then on, and what is still there of them is left over.
/// </summary>
sealed class Merger(IDisk disk, string folder, ICheckpointSigner signer)
{
    /// <summary>So many of one level become one of the next: each byte is written again once per level only.</summary>
    const int UnitsPerMerge = 4;

    /// <summary>As large as a segment: more would only make each rewriting longer.</summary>
    const long FileBytesMax = 64 << 20;

    /// <summary>What was taken out is listed for ever. 1,024 entries are about 130 KiB, far below what a checkpoint may have.</summary>
    const int TakenMax = 1024;

    readonly Thinner _rewriting = new(disk, folder, signer);

    /// <summary>Merges once.</summary>
    /// <returns>Null where no neighbours are to be merged.</returns>
    /// <exception cref="JournalCorruptException">A unit is damaged. All stay as they are.</exception>
    /// <exception cref="SealingException">What was written reads back as something else. All stay as they are.</exception>
    /// <exception cref="IOException">The disk refuses. Either all stay as they are, or the merged one counts and the next start removes the rest.</exception>
    public MergeReport? Merge(UnitCatalog catalog, CancellationToken stop)
    {
        if (Choose(catalog.ReadAll()) is not { Count: > 0 } units)
            return null;
        Checkpoint first = units[0];
        _rewriting.Begin(first);
        Checkpoint merged;
        try
        {
            merged = Write(units, stop);
            Compare(units, merged, stop);
        }
        catch
        {
            _rewriting.RemoveOthers(first);
            throw;
        }

        _rewriting.PutInForce(merged, catalog.Merge);
        RemoveCovered(disk, folder, merged);
        _rewriting.RemoveOthers(merged);
        return new MergeReport(merged.Segment, merged.LastSegment, units.Count, BytesOf(units) - merged.Files.Sum(f => f.Bytes));
    }

    /// <summary>The neighbours that are to become one; empty where there are none.</summary>
    /// <remarks>
    /// Four of a level, with those of lower levels between them, so that every unit in it comes to a higher level. The newest is left out: behind it the
    /// journal goes on. Emptied ones and those that never had samples are not mixed, for a reader is told which they are.
    /// </remarks>
    public static IReadOnlyList<Checkpoint> Choose(IReadOnlyList<Checkpoint> units)
    {
        int levels = units.Count == 0 ? 0 : units.Max(LevelOf);
        for (int level = 0; level <= levels; level++)
        {
            for (int from = 0; from < units.Count - UnitsPerMerge; from++)
            {
                if (LevelOf(units[from]) == level && RunFrom(units, from, level) is { Count: > 0 } run)
                    return run;
            }
        }

        return [];
    }

    /// <summary>0 for one segment, 1 from four on, 2 from sixteen on.</summary>
    public static int LevelOf(Checkpoint unit)
    {
        int level = 0;
        for (long segments = unit.Segments; segments >= UnitsPerMerge; segments /= UnitsPerMerge)
            level++;
        return level;
    }

    static List<Checkpoint> RunFrom(IReadOnlyList<Checkpoint> units, int from, int level)
    {
        List<Checkpoint> run = [];
        int ofLevel = 0;
        for (int i = from; i < units.Count - 1; i++)
        {
            Checkpoint unit = units[i];
            if (unit.File(UnitFile.Samples).Rows > 0 || LevelOf(unit) > level || unit.Thinned != units[from].Thinned || (run is [.., var before] && !Follows(unit, before)))
                return [];
            run.Add(unit);
            ofLevel += LevelOf(unit) == level ? 1 : 0;
            if (ofLevel < UnitsPerMerge)
                continue;
            return BytesOf(run) <= FileBytesMax && run.Sum(u => u.Taken.Count) <= TakenMax ? run : [];
        }

        return [];
    }

    static bool Follows(Checkpoint unit, Checkpoint before) =>
        unit.Segment == before.LastSegment + 1 && unit.FirstFrame == before.LastFrame + 1 && unit.PreviousHash == before.LastHash;

    /// <summary>Removes what is left of units that <paramref name="merged"/> covers. Checkpoints go first, so that none ever names files that are gone.</summary>
    public static void RemoveCovered(IDisk disk, string folder, Checkpoint merged)
    {
        IReadOnlyList<string> names = disk.List(folder);
        foreach (string name in names)
        {
            if (UnitFile.IsCheckpoint(name, out long number) && IsCovered(number))
                disk.Delete(Path.Combine(folder, name));
        }

        disk.SyncFolder(folder);
        foreach (string name in names)
        {
            if (UnitFile.IsPart(name, out long number) && IsCovered(number))
                disk.Delete(Path.Combine(folder, name));
        }

        bool IsCovered(long number) => number > merged.Segment && number <= merged.LastSegment;
    }

    Checkpoint Write(IReadOnlyList<Checkpoint> units, CancellationToken stop)
    {
        (Checkpoint first, Checkpoint last) = (units[0], units[^1]);
        int generation = first.Files.Max(f => UnitFile.GenerationOf(f.Name)) + 1;
        using var writer = new UnitWriter(disk, folder, first.Segment, generation, last.LastSegment);
        foreach (StoredBatch stored in Batches(units, stop))
            writer.Add(stored.Frame, stored.Batch, stored.SamplesTaken, static _ => true);
        Checkpoint[] known = [.. units.Where(u => u.LastFrame >= u.FirstFrame)];
        return first with
        {
            LastSegment = last.LastSegment,
            LastFrame = last.LastFrame,
            LastHash = last.LastHash,
            FirstIngest = known.Length == 0 ? default : new IngestTime(known.Min(u => u.FirstIngest.UnixNanoseconds)),
            LastIngest = known.Length == 0 ? default : new IngestTime(known.Max(u => u.LastIngest.UnixNanoseconds)),
            Files = _rewriting.Finish(writer, first.Segment, generation, last.LastSegment),
            Taken = [.. units.SelectMany(u => u.Taken)],
            Key = signer.PublicKey,
        };
    }

    void Compare(IReadOnlyList<Checkpoint> units, Checkpoint merged, CancellationToken stop)
    {
        using UnitReader made = Open(merged, null);
        var expected = new ArrayBufferWriter<byte>();
        var found = new ArrayBufferWriter<byte>();
        foreach (StoredBatch was in Batches(units, stop))
        {
            StoredBatch? now;
            try
            {
                now = made.Next();
            }
            catch (JournalCorruptException wrong)
            {
                throw new SealingException(merged.Segment, was.Frame, wrong.Message);
            }

            expected.ResetWrittenCount();
            found.ResetWrittenCount();
            FactCodec.Encode(was.Batch, expected);
            if (now is not null)
                FactCodec.Encode(now.Batch, found);
            if (now?.Frame != was.Frame || now.SamplesTaken != was.SamplesTaken || now.Left != was.Left || !found.WrittenSpan.SequenceEqual(expected.WrittenSpan))
                throw new SealingException(merged.Segment, was.Frame, "the merged files give another batch than the units");
        }

        if (made.Next() is { } more)
            throw new SealingException(merged.Segment, more.Frame, "the merged files hold a batch that the units do not");
    }

    IEnumerable<StoredBatch> Batches(IReadOnlyList<Checkpoint> units, CancellationToken stop)
    {
        foreach (Checkpoint unit in units)
        {
            using UnitReader reader = Open(unit, new UnitMender(disk, folder, unit, null));
            while (reader.Next() is { } stored)
            {
                stop.ThrowIfCancellationRequested();
                yield return stored;
            }
        }
    }

    UnitReader Open(Checkpoint unit, UnitMender? mender) => new(disk, folder, unit, new Dictionary<string, string>(StringComparer.Ordinal), mender: mender);

    static long BytesOf(IReadOnlyList<Checkpoint> units) => units.Sum(u => u.Files.Sum(f => f.Bytes));
}
