using EdgeRuntime.Facts;
using EdgeRuntime.Facts.Canonical;

namespace EdgeRuntime.Features.Operators;

/// <summary>What an operator gave: a number, or why there is none. Numbers stay doubles until the vector is made.</summary>
readonly record struct FeatureValue(double Number, FeatureFault? Fault)
{
    /// <summary>A number that float32 cannot hold as a finite value is no value.</summary>
    public static FeatureValue Of(double number) => float.IsFinite((float)number) ? new(number, null) : Missing(FeatureFault.NotFinite);

    public static FeatureValue Missing(FeatureFault fault) => new(double.NaN, fault);

    public void Save(CanonicalWriter to)
    {
        to.Bool(Fault is null);
        if (Fault is { } fault)
            to.Named(fault);
        else
            to.Double(Number);
    }

    public static FeatureValue Restore(ref CanonicalReader from) => from.Bool() ? new(from.Double(), null) : Missing(from.Named<FeatureFault>());
}
