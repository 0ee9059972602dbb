using EdgeRuntime.Facts;

namespace EdgeRuntime.Gateway;

/// <summary>Asks the model now and measures it.</summary>
public sealed class LiveCalls : IModelCalls
{
    public ArmCall Call(ServingArm arm, FeatureVector vector) => arm.Ask(vector);
}
