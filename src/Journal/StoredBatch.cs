using EdgeRuntime.Facts;

namespace EdgeRuntime.Journal;

/// <summary>A batch with its place in the one order. <see cref="Frame"/> counts from 1 without holes.</summary>
public sealed record StoredBatch(long Frame, FactBatch Batch)
{
    /// <summary>Samples that were taken out of this batch after it was sealed, to save space. The rest keep their order; facts are always all there.</summary>
    public int SamplesTaken { get; init; }

    /// <summary>What is left of the samples of the unit in which it lies. A batch may be whole although others of its unit are not.</summary>
    public SamplesLeft Left { get; init; }

    /// <summary>The samples of this batch are not all there any more.</summary>
    public bool Thinned => SamplesTaken > 0;

    /// <summary>Where the batch ends: everything at or before this was known once the batch was.</summary>
    public Position Position => new(Frame, Math.Max(0, Batch.Count + SamplesTaken - 1));

    public Position PositionOf(int index) => new(Frame, index);
}
