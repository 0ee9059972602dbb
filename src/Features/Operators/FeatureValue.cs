using EdgeRuntime.Facts;
using EdgeRuntime.Facts.Canonical;

namespace EdgeRuntime.Features.Operators;

/// <summary>What an operator gave: a number, or why there is none. Numbers stay doubles until the vector is made.</summary>
readonly record struct FeatureValue
{
    // Not a nullable: two bytes that are written one by one and read at once make the processor wait, once for each feature of each vector.
    readonly FeatureFault _fault;

    FeatureValue(double number, FeatureFault fault)
    {
        Number = number;
        _fault = fault;
    }

    public double Number { get; }

    public bool IsMissing => _fault != 0;

    /// <summary>Null: there is a number.</summary>
    public FeatureFault? Fault => _fault == 0 ? null : _fault;

    /// <summary>A number that float32 cannot hold as a finite value is no value.</summary>
    public static FeatureValue Of(double number) => float.IsFinite((float)number) ? new(number, 0) : Missing(FeatureFault.NotFinite);

    public static FeatureValue Missing(FeatureFault fault) => new(double.NaN, fault);

    public void Save(CanonicalWriter to)
    {
        to.Bool(Fault is null);
        if (Fault is { } fault)
            to.Named(fault);
        else
            to.Double(Number);
    }

    public static FeatureValue Restore(ref CanonicalReader from) => from.Bool() ? new(from.Double(), 0) : Missing(from.Named<FeatureFault>());
}
