using EdgeRuntime.Facts;

namespace EdgeRuntime.Journal;

/// <summary>A batch with its place in the one order. <see cref="Frame"/> counts from 1 without holes.</summary>
public sealed record StoredBatch(long Frame, FactBatch Batch)
{
    /// <summary>Samples of this batch are not all there any more: retention thinned them.</summary>
    public bool Thinned { get; init; }

    /// <summary>Where the batch ends: everything at or before this was known once the batch was.</summary>
    public Position Position => new(Frame, Math.Max(0, Batch.Count - 1));

    public Position PositionOf(int index) => new(Frame, index);
}
