using EdgeRuntime.Facts.Canonical;

namespace EdgeRuntime.Facts;

/// <summary>Why a feature has no value of its own.</summary>
public enum FeatureFault : byte
{
    /// <summary>No usable sample in the window.</summary>
    NoSamples = 1,

    /// <summary>The newest usable sample is older than the feature allows.</summary>
    Stale = 2,

    /// <summary>Samples came, but validation took none of them.</summary>
    Rejected = 3,

    /// <summary>The operator gave no finite number (a ratio to zero, a slope of one point).</summary>
    NotFinite = 4,

    /// <summary>The samples of the window do not stand evenly in time, and a spectrum needs that.</summary>
    Uneven = 5,
}

/// <summary>One feature without a value of its own, by its index in the vector.</summary>
public readonly record struct FeatureGap(int Index, FeatureFault Fault);

/// <summary>
/// What the model is asked about: the features of one asset at one moment, computed from nothing that was learned after <see cref="Cause"/>.
/// </summary>
public sealed record FeatureVector : Fact
{
    public override FactKind Kind => FactKind.FeatureVector;

    public required string Asset { get; init; }

    /// <summary>The moment: windows end here, inclusive.</summary>
    public required EventTime At { get; init; }

    /// <summary>The input (a sample batch or a tick) that completed the vector: the last fact it may rest on.</summary>
    public required Position Cause { get; init; }

    /// <summary>Identity of the pipeline: SHA-256 of its canonical form.</summary>
    public required Digest Pipeline { get; init; }

    /// <summary>The features in the order of the pipeline's contract, float32. A gap holds NaN.</summary>
    public required IReadOnlyList<float> Values { get; init; }

    /// <summary>Features without a value, ascending; empty when the vector is whole.</summary>
    public IReadOnlyList<FeatureGap> Gaps { get; init; } = [];

    /// <summary>Nanoseconds from the oldest of the newest usable samples of each input tag to <see cref="At"/>; -1 when a tag has none.</summary>
    public required long InputAge { get; init; }

    public bool IsWhole => Gaps.Count == 0;

    internal override void WriteBody(CanonicalWriter to)
    {
        to.Text(Asset);
        to.Event(At);
        to.Position(Cause);
        to.Digest(Pipeline);
        to.Floats(Values);
        WriteGaps(Gaps, Values.Count, to);
        to.Signed(InputAge);
    }

    internal static FeatureVector Read(ref CanonicalReader from)
    {
        string asset = from.Text();
        EventTime at = from.Event();
        Position cause = from.Position();
        Digest pipeline = from.Digest();
        float[] values = from.Floats();
        FeatureGap[] gaps = ReadGaps(ref from, values.Length);
        return new FeatureVector
        {
            Asset = asset,
            At = at,
            Cause = cause,
            Pipeline = pipeline,
            Values = values,
            Gaps = gaps,
            InputAge = from.Signed(),
        };
    }

    internal static void WriteGaps(IReadOnlyList<FeatureGap> gaps, int values, CanonicalWriter to)
    {
        to.Count(gaps.Count);
        foreach (FeatureGap gap in gaps)
        {
            if (gap.Index >= values)
                throw new ArgumentException($"A gap names feature {gap.Index} of a vector of {values}.", nameof(gaps));
            to.Count(gap.Index);
            to.Named(gap.Fault);
        }
    }

    internal static FeatureGap[] ReadGaps(ref CanonicalReader from, int values)
    {
        var gaps = new FeatureGap[from.Count(bytesEach: 2)];
        for (int i = 0; i < gaps.Length; i++)
        {
            ulong index = from.Unsigned();
            if (index >= (ulong)values)
                throw from.Wrong("a feature index is out of range");
            gaps[i] = new FeatureGap((int)index, from.Named<FeatureFault>());
        }

        return gaps;
    }
}
