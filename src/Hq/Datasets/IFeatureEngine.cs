using EdgeRuntime.Facts;
using EdgeRuntime.Hq.Training;

namespace EdgeRuntime.Hq.Datasets;

/// <summary>Which pipeline made the vectors: what a box compares with its own.</summary>
sealed record PipelineIdentity(string Id, string Version, Digest Sha256);

/// <summary>The whole vectors of one file, in the order in which they were known.</summary>
sealed record FileVectors(IReadOnlyList<EventTime> Times, IReadOnlyList<float[]> Rows, int LeftOut)
{
    /// <summary>What validation refused on the way, by time; null: the vectors lay in the file, and nobody knows.</summary>
    public IReadOnlyList<RefusedMoment>? RefusedMoments { get; init; }

    /// <summary>Rows of the file, counted from 0, whose own time was not believed: what a label beside them says is of no moment that anybody knows.</summary>
    public IReadOnlySet<int> MistimedRows { get; init; } = new HashSet<int>();
}

/// <summary>Telemetry → vectors: the engine that runs on the box, or vectors that already lie in the file.</summary>
interface IFeatureEngine
{
    PipelineIdentity Pipeline { get; }

    /// <summary>The contract between pipeline and model.</summary>
    IReadOnlyList<VectorColumn> Columns { get; }

    /// <summary>One answer for each file of the table.</summary>
    /// <exception cref="TrainingException">The pipeline does not fit the telemetry.</exception>
    IReadOnlyList<FileVectors> Compute(SignalTable table);
}
