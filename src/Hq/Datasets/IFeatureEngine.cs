using EdgeRuntime.Facts;
using EdgeRuntime.Hq.Training;

namespace EdgeRuntime.Hq.Datasets;

/// <summary>Which pipeline made the vectors: what a box compares with its own.</summary>
sealed record PipelineIdentity(string Id, string Version, Digest Sha256);

/// <summary>Vectors ready for a trainer.</summary>
/// <param name="LeftOut">Vectors with gaps, which no model is trained on or asked about.</param>
sealed record TrainingVectors(PipelineIdentity Pipeline, FeatureMatrix Matrix, int LeftOut);

/// <summary>Telemetry → vectors: the engine that runs on the box, or vectors that already lie in the file.</summary>
interface IFeatureEngine
{
    /// <exception cref="TrainingException">The pipeline does not fit the telemetry.</exception>
    TrainingVectors Compute(SignalTable table);
}
