using EdgeRuntime.Facts;

namespace EdgeRuntime.Journal.AsOf;

/// <summary>A sample and when the box learned of it: its place in the one order.</summary>
public readonly record struct KnownSample(Sample Sample, Position Position);
