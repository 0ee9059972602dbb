using EdgeRuntime.Facts;

namespace EdgeRuntime.Gateway;

/// <summary>Asks the model now and measures it.</summary>
/// <param name="withDeadline">False in a replay: what was too slow then is in the record, and how busy this machine is now must change nothing.</param>
public sealed class LiveCalls(bool withDeadline = true) : IModelCalls
{
    public ArmCall Call(ServingArm arm, FeatureVector vector) => arm.Ask(vector, withDeadline);
}
