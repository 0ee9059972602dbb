using EdgeRuntime.Facts;
using EdgeRuntime.Tests.Kit;

namespace EdgeRuntime.Tests.Unit.Hmi;

/// <summary>Decisions in few words, for the screens.</summary>
static class Decisions
{
    internal static Decision Of(string asset, double seconds, DecisionState state, double score, Rung rung = Rung.Primary, long age = 100_000_000) => new()
    {
        PredictionId = new string('a', 32),
        Asset = asset,
        At = SampleBuilder.At(seconds),
        Cause = new Position(1, 0),
        State = state,
        Score = score,
        Threshold = 3,
        Rung = rung,
        Confidence = 0.93,
        Age = age,
        Reasons = ["because of the test"],
        Contributions = [new(1, 0.7f)],
        Serving = Digest.Of("s"u8),
        Model = Digest.Of("m"u8),
        Pipeline = Digest.Of("p"u8),
        Rules = Digest.None,
        Vector = Digest.Of("v"u8),
        Build = "0.1.0",
    };
}
