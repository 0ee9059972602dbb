using EdgeRuntime.Journal.Retention;
using EdgeRuntime.Journal.Sealed;

namespace EdgeRuntime.Journal;

public sealed partial class JournalStore
{
    /// <summary>Below this share of samples taken out, a rewriting is not worth its reading and writing.</summary>
    const double ThinGainMin = 0.1;

    /// <summary>It was opened with a signer, and so can seal and thin.</summary>
    public bool CanSeal => _signer is not null;

    /// <summary>The sealed units, the oldest first.</summary>
    /// <exception cref="JournalCorruptException">A checkpoint is not what was signed.</exception>
    public IReadOnlyList<SealedUnit> Units => [.. _catalog.ReadAll().Select(UnitOf)];

    /// <summary>
    /// Takes samples out of a sealed unit for good: all but the outline of each minute, or all of them. Facts, batches and every position stay. After any
    /// crash there is the old unit or the new. For one caller at a time.
    /// </summary>
    /// <param name="all">Takes out every sample that is left.</param>
    /// <returns>Null where nothing was done: there is too little to gain, or it was thinned already.</returns>
    /// <exception cref="JournalCorruptException">The unit is damaged. It stays as it is.</exception>
    /// <exception cref="IOException">The disk refuses, or what was written reads back as something else. Either the unit stays as it is, or the new one counts already.</exception>
    /// <exception cref="InvalidOperationException">The journal was opened without a signer.</exception>
    public ThinReport? Thin(long segment, bool all, CancellationToken stop)
    {
        if (_signer is null)
            throw new InvalidOperationException("A journal without a signer cannot write a unit again.");
        try
        {
            return new Thinner(_disk, _folder, _signer).Thin(segment, _catalog, all, all ? 0 : ThinGainMin, stop);
        }
        catch (SealingException wrong)
        {
            throw new IOException(wrong.Message, wrong);
        }
    }

    /// <summary>
    /// Makes one unit of some that lie side by side and have no samples any more, so that the number of files stays flat. Batches, facts and positions stay
    /// as they are. After any crash there are the old units or the new one. For one caller at a time, which is that of <see cref="Thin"/> too.
    /// </summary>
    /// <returns>Null where there are too few; else there may be more to merge.</returns>
    /// <exception cref="JournalCorruptException">A unit is damaged. All stay as they are.</exception>
    /// <exception cref="IOException">The disk refuses, or what was written reads back as something else. Batches and facts stay as they are.</exception>
    /// <exception cref="InvalidOperationException">The journal was opened without a signer.</exception>
    public MergeReport? Merge(CancellationToken stop)
    {
        if (_signer is null)
            throw new InvalidOperationException("A journal without a signer cannot write a unit again.");
        try
        {
            MergeReport? merged = new Merger(_disk, _folder, _signer).Merge(_catalog, stop);
            if (merged is not null)
                LogMerged(_log, merged.Units, merged.FirstSegment, merged.LastSegment, merged.BytesFreed);
            return merged;
        }
        catch (SealingException wrong)
        {
            throw new IOException(wrong.Message, wrong);
        }
    }

    static SealedUnit UnitOf(Checkpoint unit)
    {
        CheckpointFile samples = unit.File(UnitFile.Samples);
        return new SealedUnit(unit.Segment, unit.FirstFrame, unit.LastFrame, unit.FirstIngest, unit.LastIngest, samples.Rows, samples.Bytes, unit.Thinned);
    }
}
