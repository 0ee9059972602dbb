namespace EdgeRuntime.Features.Operators;

/// <summary>Computes one feature at one moment.</summary>
abstract class FeatureStep
{
    /// <param name="moment">Nanoseconds since 1970; moments come in ascending order.</param>
    /// <param name="done">The features computed before this one at the same moment, by their place in the order of computation.</param>
    public abstract FeatureValue At(long moment, ReadOnlySpan<FeatureValue> done);
}
