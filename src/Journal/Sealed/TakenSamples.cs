using EdgeRuntime.Facts;

namespace EdgeRuntime.Journal.Sealed;

/// <summary>One time that samples were taken out of a unit.</summary>
/// <param name="Rule">What stayed: <c>minute</c> (see ThinningRule), or <c>none</c>.</param>
/// <param name="Before">SHA-256 of the samples file as it was before.</param>
/// <param name="Rows">Samples in it.</param>
/// <param name="Kept">Samples that stayed.</param>
sealed record TakenSamples(string Rule, Digest Before, long Rows, long Kept);
