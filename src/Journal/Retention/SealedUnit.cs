using EdgeRuntime.Facts;

namespace EdgeRuntime.Journal.Retention;

/// <summary>One sealed unit as retention sees it.</summary>
/// <param name="Samples">Samples that are there.</param>
/// <param name="SampleBytes">Bytes that they take.</param>
/// <param name="Thinned">Some were taken out already.</param>
public sealed record SealedUnit(long Segment, long FirstFrame, long LastFrame, IngestTime FirstIngest, IngestTime LastIngest, long Samples, long SampleBytes, bool Thinned);

/// <summary>Samples of one tag of one source that were taken out of a unit.</summary>
/// <param name="From">Source time of the first of them.</param>
/// <param name="To">Source time of the last.</param>
public sealed record TakenRun(string Source, string Tag, EventTime From, EventTime To, long Values);

/// <summary>What a merge made one.</summary>
/// <param name="FirstSegment">Number of the unit that was made.</param>
/// <param name="Units">How many there were before.</param>
/// <param name="BytesFreed">Bytes that the new one is smaller by.</param>
public sealed record MergeReport(long FirstSegment, long LastSegment, int Units, long BytesFreed);

/// <summary>What one rewriting of a unit took out.</summary>
/// <param name="Rule">What stayed: <c>minute</c>, or <c>none</c>.</param>
/// <param name="Kept">Samples that stayed.</param>
/// <param name="BytesFreed">Bytes that the unit is smaller by.</param>
public sealed record ThinReport(long Segment, string Rule, long Kept, long BytesFreed, IReadOnlyList<TakenRun> Taken)
{
    public long Values => Taken.Sum(t => t.Values);
}
