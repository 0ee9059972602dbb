using EdgeRuntime.Facts;

namespace EdgeRuntime.Features;

/// <summary>One step of a pipeline with the version of what it does. Two pipelines with the same version of a stage make the same of the same batches up to there.</summary>
/// <param name="Name"><c>validation</c>, <c>base</c>, <c>derived</c> or <c>vector</c>.</param>
/// <param name="Version">SHA-256 of the canonical form of this stage and those it rests on.</param>
public sealed record PipelineStage(string Name, Digest Version)
{
    /// <summary>Which samples are taken.</summary>
    public const string Validation = "validation";

    /// <summary>The features of signals.</summary>
    public const string Base = "base";

    /// <summary>The features of features; a pipeline may have none.</summary>
    public const string Derived = "derived";

    /// <summary>What the model is asked about.</summary>
    public const string Vector = "vector";
}
