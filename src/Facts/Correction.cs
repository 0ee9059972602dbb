using EdgeRuntime.Facts.Canonical;

namespace EdgeRuntime.Facts;

/// <summary>
/// A vector as it would have been had a late sample come in time. It stands beside the vector that was out, with the position at which it became known;
/// that vector and its decision stay what they were.
/// </summary>
public sealed record Correction : Fact
{
    public override FactKind Kind => FactKind.Correction;

    public required string Asset { get; init; }

    /// <summary>The moment of the vector.</summary>
    public required EventTime At { get; init; }

    /// <summary>The batch that came late: from here on it is known.</summary>
    public required Position Cause { get; init; }

    /// <summary>The cause of the vector that was out.</summary>
    public required Position Corrects { get; init; }

    /// <summary>Identity of the pipeline.</summary>
    public required Digest Pipeline { get; init; }

    /// <summary>The features in the order of the pipeline's contract, float32. A gap holds NaN. An ewma is as it was.</summary>
    public required IReadOnlyList<float> Values { get; init; }

    /// <summary>Features without a value, ascending.</summary>
    public IReadOnlyList<FeatureGap> Gaps { get; init; } = [];

    /// <summary>In the last correction of a batch: vectors that the batch may touch too and that were not computed again, because there were too many or their samples are gone.</summary>
    public required int Left { get; init; }

    internal override void WriteBody(CanonicalWriter to)
    {
        to.Text(Asset);
        to.Event(At);
        to.Position(Cause);
        to.Position(Corrects);
        to.Digest(Pipeline);
        to.Floats(Values);
        FeatureVector.WriteGaps(Gaps, Values.Count, to);
        to.Count(Left);
    }

    internal static Correction Read(ref CanonicalReader from)
    {
        string asset = from.Text();
        EventTime at = from.Event();
        Position cause = from.Position();
        Position corrects = from.Position();
        Digest pipeline = from.Digest();
        float[] values = from.Floats();
        FeatureGap[] gaps = FeatureVector.ReadGaps(ref from, values.Length);
        return new Correction
        {
            Asset = asset, At = at, Cause = cause, Corrects = corrects, Pipeline = pipeline, Values = values, Gaps = gaps, Left = from.Index(),
        };
    }
}
