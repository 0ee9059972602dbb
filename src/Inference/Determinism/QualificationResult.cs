using EdgeRuntime.Facts;

namespace EdgeRuntime.Inference.Determinism;

/// <summary>What a qualification run found; <see cref="Facts.Qualification"/> says what the numbers mean.</summary>
public sealed record QualificationResult(DeterminismClass Class, double LargestDifference, double Tolerance, int Vectors, int Runs, string Sentence);
