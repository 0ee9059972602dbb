using System.Text;
using System.Text.Json;
using EdgeRuntime.Facts;
using EdgeRuntime.Outputs;
using EdgeRuntime.Tests.Kit;
using Xunit;

namespace EdgeRuntime.Tests.Unit.Outputs;

public sealed class DecisionJsonTests
{
    [Fact]
    public void A_decision_is_never_sent_naked()
    {
        string json = Encoding.UTF8.GetString(DecisionJson.Bytes(Decision(), SampleBuilder.IngestAt(10), SampleBuilder.IngestAt(10)));
        Assert.Equal(
            """{"asset":"P-101","at":"2026-01-01T00:00:10Z","state":"anomaly","value":4.5,"threshold":3,"quality":"good","rung":"primary","confidence":0.9,"ageSeconds":2,"reason":"Flow doesn't match speed.","reasons":["Flow doesn't match speed.","Second."],"modelDigest":"sha256:""" + Digest.Of("m"u8).Hex
            + "\",\"servingDigest\":null,\"predictionId\":\"aa\",\"sentAt\":\"2026-01-01T00:00:10Z\"}", json);
    }

    [Theory]
    [InlineData(Rung.Primary, DecisionState.Normal, 2, null, "good")]
    [InlineData(Rung.Previous, DecisionState.Anomaly, 2, null, "good")]
    [InlineData(Rung.Cached, DecisionState.Normal, 2, null, "uncertain")]
    [InlineData(Rung.SimpleModel, DecisionState.Normal, 2, null, "uncertain")]
    [InlineData(Rung.Rules, DecisionState.Anomaly, 2, null, "uncertain")]
    [InlineData(Rung.LowConfidence, DecisionState.Unknown, 2, null, "bad")]
    [InlineData(Rung.Primary, DecisionState.Unknown, 2, null, "bad")]
    [InlineData(Rung.Primary, DecisionState.Normal, 61, 60, "uncertain")]
    [InlineData(Rung.Primary, DecisionState.Normal, 60, 60, "good")]
    [InlineData(Rung.Primary, DecisionState.Normal, -1, null, "uncertain")]
    public void The_quality_says_how_far_it_can_be_trusted(Rung rung, DecisionState state, int age, int? staleAfter, string quality) =>
        Assert.Equal(quality, DecisionJson.Quality(Decision() with { Rung = rung, State = state }, age < 0 ? null : age, staleAfter is { } s ? TimeSpan.FromSeconds(s) : null));

    [Fact]
    public void The_age_grows_while_the_line_is_down_whichever_clock_is_wrong()
    {
        Decision decision = Decision();
        Assert.Equal(2, DecisionJson.AgeSeconds(decision, SampleBuilder.IngestAt(10), SampleBuilder.IngestAt(10)));
        Assert.Equal(3602, DecisionJson.AgeSeconds(decision, SampleBuilder.IngestAt(10), SampleBuilder.IngestAt(3610)));
        // The PLC's clock is two hours ahead: the box's own clock says how long it waited.
        Assert.Equal(3602, DecisionJson.AgeSeconds(decision with { At = SampleBuilder.At(7210) }, SampleBuilder.IngestAt(10), SampleBuilder.IngestAt(3610)));
        // The data came an hour late: the source's clock says how old it is.
        Assert.Equal(3602, DecisionJson.AgeSeconds(decision, SampleBuilder.IngestAt(3610), SampleBuilder.IngestAt(3610)));
        Assert.Null(DecisionJson.AgeSeconds(decision with { Age = -1 }, SampleBuilder.IngestAt(10), SampleBuilder.IngestAt(10)));
    }

    [Fact]
    public void What_is_not_a_number_is_null()
    {
        using JsonDocument json = JsonDocument.Parse(DecisionJson.Bytes(Decision() with { Score = double.NaN, Threshold = double.NaN, Age = -1, Reasons = [] }, default, default));
        Assert.All((string[])["value", "threshold", "ageSeconds"], name => Assert.Equal(JsonValueKind.Null, json.RootElement.GetProperty(name).ValueKind));
    }

    internal static Decision Decision() => new()
    {
        PredictionId = "aa",
        Asset = "P-101",
        At = SampleBuilder.At(10),
        Cause = new Position(1, 0),
        State = DecisionState.Anomaly,
        Score = 4.5,
        Threshold = 3,
        Rung = Rung.Primary,
        Confidence = 0.9,
        Age = 2_000_000_000,
        Reasons = ["Flow doesn't match speed.", "Second."],
        Serving = default,
        Model = Digest.Of("m"u8),
        Pipeline = default,
        Rules = default,
        Vector = default,
        Build = "test",
    };
}
