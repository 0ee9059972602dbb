namespace EdgeRuntime.Inference;

/// <summary>
/// Everything about a session that can change the last bit of an answer. It is pinned by the release; execution is always sequential with one
/// inter-op thread.
/// </summary>
public sealed record SessionProfile
{
    /// <summary>Intra-op threads. One unless told: tree ensembles add in another order with two.</summary>
    public int Threads { get; init; } = 1;

    /// <summary>ONNX Runtime's levels: <c>disabled</c>, <c>basic</c>, <c>extended</c>, <c>all</c>.</summary>
    public string GraphOptimization { get; init; } = "extended";

    /// <summary>The rung that <see cref="Accelerators.AcceleratorLadder"/> chose: <c>cpu</c>, <c>directml</c>, <c>cuda</c>, <c>tensorrt</c>.</summary>
    public string Provider { get; init; } = "cpu";
}
