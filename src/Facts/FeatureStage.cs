using EdgeRuntime.Facts.Canonical;

namespace EdgeRuntime.Facts;

/// <summary>
/// What one stage of a pipeline gave on the way to a vector, before anything was rounded. Written before its <see cref="FeatureVector"/>, where the pipeline asks for it.
/// </summary>
public sealed record FeatureStage : Fact
{
    public override FactKind Kind => FactKind.FeatureStage;

    public required string Asset { get; init; }

    /// <summary>The moment of the vector.</summary>
    public required EventTime At { get; init; }

    /// <summary>The input that completed the vector.</summary>
    public required Position Cause { get; init; }

    /// <summary>Name of the stage: <c>base</c> or <c>derived</c>.</summary>
    public required string Stage { get; init; }

    /// <summary>Version of what the stage does: SHA-256 of its canonical form.</summary>
    public required Digest Version { get; init; }

    /// <summary>The stage's features that are computed, in the order of the document. A gap holds NaN.</summary>
    public required IReadOnlyList<double> Values { get; init; }

    /// <summary>Features without a value, ascending.</summary>
    public IReadOnlyList<FeatureGap> Gaps { get; init; } = [];

    internal override void WriteBody(CanonicalWriter to)
    {
        to.Text(Asset);
        to.Event(At);
        to.Position(Cause);
        to.Text(Stage);
        to.Digest(Version);
        to.Count(Values.Count);
        foreach (double value in Values)
            to.Double(value);
        FeatureVector.WriteGaps(Gaps, Values.Count, to);
    }

    internal static FeatureStage Read(ref CanonicalReader from)
    {
        string asset = from.Text();
        EventTime at = from.Event();
        Position cause = from.Position();
        string stage = from.Text();
        Digest version = from.Digest();
        var values = new double[from.Count(bytesEach: 8)];
        for (int i = 0; i < values.Length; i++)
            values[i] = from.Double();
        return new FeatureStage
        {
            Asset = asset, At = at, Cause = cause, Stage = stage, Version = version, Values = values, Gaps = FeatureVector.ReadGaps(ref from, values.Length),
        };
    }
}
