using EdgeRuntime.Facts;

namespace EdgeRuntime.Replay.Determinism;

/// <summary>
/// Whether a decision and all it rests on came out the same but for what models of class B may differ by: their outputs, and in the decision the score, the
/// confidence, the shares and the digits in its sentences. State, rung, refusals and everything else must be the same.
/// </summary>
static class WithinTolerance
{
    public static bool Holds(IReadOnlyList<Fact> recorded, IReadOnlyList<Fact> computed, QualifiedModels models)
    {
        if (recorded.Count != computed.Count)
            return false;
        for (int i = 0; i < recorded.Count; i++)
        {
            bool same = (recorded[i], computed[i]) switch
            {
                (Prediction then, Prediction now) => Same(then, now, models),
                (Decision then, Decision now) => Same(then, now, models),
                var (then, now) => SameBytes(then, now),
            };
            if (!same)
                return false;
        }

        return true;
    }

    static bool Same(Prediction then, Prediction now, QualifiedModels models)
    {
        if (SameBytes(then, now))
            return true;
        double tolerance = ToleranceOf(models.Of(then.Asset, then.Serving, then.Model, then.Cause.Frame));
        return tolerance > 0
            && then.Outputs.Count == now.Outputs.Count
            && then.Outputs.Zip(now.Outputs).All(pair => Near(pair.First, pair.Second, tolerance))
            && SameBytes(then, now with { Outputs = then.Outputs });
    }

    static bool Same(Decision then, Decision now, QualifiedModels models)
    {
        if (SameBytes(then, now))
            return true;
        double tolerance = ToleranceOf(models.Of(then));
        return tolerance > 0
            && Near(then.Score, now.Score, tolerance)
            && Near(then.Confidence, now.Confidence, tolerance)
            && SameShares(then.Contributions, now.Contributions, tolerance)
            && then.Reasons.Select(WithoutDigits).SequenceEqual(now.Reasons.Select(WithoutDigits), StringComparer.Ordinal)
            && SameBytes(then, now with { Score = then.Score, Confidence = then.Confidence, Contributions = then.Contributions, Reasons = then.Reasons });
    }

    /// <summary>Two features whose shares are nearly the same may change places.</summary>
    static bool SameShares(IReadOnlyList<Contribution> then, IReadOnlyList<Contribution> now, double tolerance) =>
        then.Count == now.Count && then.OrderBy(c => c.Feature).Zip(now.OrderBy(c => c.Feature))
            .All(pair => pair.First.Feature == pair.Second.Feature && Near(pair.First.Share, pair.Second.Share, tolerance));

    static double ToleranceOf(Qualification? found) => found is { Class: DeterminismClass.B } ? found.Tolerance : 0;

    static bool Near(double then, double now, double tolerance) =>
        BitConverter.DoubleToInt64Bits(then) == BitConverter.DoubleToInt64Bits(now)
        || Math.Abs(then - now) / Math.Max(1, Math.Abs(then)) <= tolerance;

    static string WithoutDigits(string sentence) => string.Concat(sentence.Where(c => !char.IsAsciiDigit(c)));

    static bool SameBytes(Fact then, Fact now) => FactCodec.Encode(then).AsSpan().SequenceEqual(FactCodec.Encode(now));
}
