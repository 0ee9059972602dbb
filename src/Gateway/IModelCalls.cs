using EdgeRuntime.Facts;

namespace EdgeRuntime.Gateway;

/// <summary>How one call of a model ended.</summary>
/// <param name="Latency">Nanoseconds.</param>
/// <param name="Outputs">All outputs in contract order; empty when there is no answer.</param>
public readonly record struct ArmCall(CallOutcome Outcome, long Latency, IReadOnlyList<float> Outputs, string Detail);

/// <summary>Asks a model. Live it is asked and measured; in a replay what was measured then is taken as given.</summary>
public interface IModelCalls
{
    ArmCall Call(ServingArm arm, FeatureVector vector);
}
