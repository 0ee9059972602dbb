using EdgeRuntime.Facts;
using EdgeRuntime.Tests.Kit;

namespace EdgeRuntime.Tests.Golden.Facts;

/// <summary>One example of every kind of fact in which no field has its empty value, and one batch with samples of every kind of value.</summary>
static class RichFacts
{
    static readonly Digest Serving = Digest.Of("serving"u8);
    static readonly Digest Model = Digest.Of("model"u8);
    static readonly Digest Pipeline = Digest.Of("pipeline"u8);
    static readonly Digest Rules = Digest.Of("rules"u8);
    static readonly Position Cause = new(70_000, 3);
    static readonly EventTime At = SampleBuilder.At(3600.25);

    /// <summary>File name → fact and what a reader of the file should know.</summary>
    public static IReadOnlyDictionary<string, (Fact Fact, string Comment)> All { get; } = new Dictionary<string, (Fact, string)>
    {
        ["tick"] = (new Tick(SampleBuilder.IngestAt(1.5)), "Tick: the box's clock at 2026-01-01T00:00:01.5Z."),
        ["validated"] = (new Validated("P-101", Cause, Pipeline,
            [.. Enum.GetValues<SampleFault>().Select((fault, i) => new SampleCheck(i * 100, fault))]),
            "Validated: every sample fault once, sample indices 0, 100, 200, ... (from 200 on two bytes)."),
        ["feature-stage"] = (new FeatureStage
        {
            Asset = "P-101",
            At = At,
            Cause = Cause,
            Stage = "base",
            Version = Digest.Of("base"u8),
            Values = [1.5, double.NaN, -0.0, double.Epsilon],
            Gaps = [new FeatureGap(1, FeatureFault.Uneven)],
        }, "FeatureStage: the base stage gives 1.5, a gap, minus zero, the smallest double."),
        ["correction"] = (new Correction
        {
            Asset = "P-101",
            At = At,
            Cause = new Position(70_010, 1),
            Corrects = Cause,
            Pipeline = Pipeline,
            Values = [1.5f, float.NaN],
            Gaps = [new FeatureGap(1, FeatureFault.NotFinite)],
            Left = 300,
        }, "Correction: frame 70010 brought a late sample; 300 more vectors were not looked at."),
        ["clock-offset"] = (new ClockOffset("P-101", "plc-2", At, Cause, -7_200_000_000_000, 35_000_000, 64, 3_600_000_000_000),
            "ClockOffset: two hours ahead within 35 ms over 64 batches, after a step of one hour was accepted."),
        ["feature-vector"] = (new FeatureVector
        {
            Asset = "P-101",
            At = At,
            Cause = Cause,
            Pipeline = Pipeline,
            Values = [1.5f, float.NaN, -0.0f, float.Epsilon],
            Gaps = [new FeatureGap(1, FeatureFault.Stale)],
            InputAge = 250_000_000,
        }, "FeatureVector: 1.5, a gap (NaN, stale), minus zero, the smallest float."),
        ["prediction"] = (new Prediction
        {
            Asset = "P-101",
            At = At,
            Cause = Cause,
            Role = ArmRole.Shadow,
            Serving = Serving,
            Model = Model,
            Outcome = CallOutcome.TooSlow,
            Latency = 12_345_678,
            Outputs = [3.25f, 0.5f],
            Detail = "12.3 ms, the deadline is 10 ms",
        }, "Prediction: a shadow's answer that came too late."),
        ["decision"] = (new Decision
        {
            PredictionId = "0123456789abcdef0123456789abcdef",
            Asset = "P-101",
            At = At,
            Cause = Cause,
            State = DecisionState.Anomaly,
            Score = 9.75,
            Threshold = double.NaN,
            Rung = Rung.SimpleModel,
            Confidence = 0.875,
            Age = -1,
            Reasons = ["Suction pressure is low.", "Das Primärmodell war zu langsam."],
            Refusals = [new RungRefusal(Rung.Primary, CallOutcome.TooSlow), new RungRefusal(Rung.Previous, CallOutcome.BreakerOpen)],
            Contributions = [new Contribution(200, 0.75f), new Contribution(0, 0.25f)],
            Serving = Serving,
            Model = Model,
            Pipeline = Pipeline,
            Rules = Rules,
            Vector = Digest.Of("vector"u8),
            Build = "0.1.0+0123456",
        }, "Decision: an anomaly told by the simple model after two rungs refused; the rung has no threshold (NaN), age not known (-1)."),
        ["activation"] = (new Activation
        {
            Asset = "P-101",
            Role = ArmRole.Primary,
            Release = "pump-t2q 1.0.0",
            Serving = Serving,
            Pipeline = Pipeline,
            Rules = Digest.None,
            Site = Digest.Of("site"u8),
            Signed = true,
            Build = "0.1.0+0123456",
            Environment = "onnxruntime 1.31.1 cpu avx2 1 thread",
            Who = "integrator",
            Why = "first start",
        }, "Activation: a signed primary without plant rules (32 zero bytes)."),
        ["mode-change"] = (new ModeChange("breaker:P-101/primary", "closed", "open", "gateway", "4 of 8 calls failed"),
            "ModeChange: a breaker opened."),
        ["refusal"] = (new Refusal
        {
            Stage = RefusalStage.Telemetry,
            Subject = "plant/P-101/telemetry",
            Rule = "not-json",
            Sentence = "The payload on plant/P-101/telemetry ends at byte 7 in the middle of an object; send whole JSON objects.",
            Values = 1,
            Payload = "{\"flow\":"u8.ToArray(),
            PayloadLength = 300,
        }, "Refusal: a truncated JSON payload, of which the first bytes are kept."),
        ["gap"] = (new Gap("plant", "P-101.flow", SampleBuilder.At(10), SampleBuilder.At(20), GapCause.LinkDown, 20),
            "Gap: ten seconds without a link, 20 values missing."),
        ["finding"] = (new Finding(FindingLayer.Runtime, FindingPriority.High, "journal", "flush-failed",
            "A flush of the journal failed; nothing was acknowledged. Check the disk."), "Finding: a failed flush."),
        ["label"] = (new Label
        {
            Id = "panel-1-42",
            PredictionId = "0123456789abcdef0123456789abcdef",
            Verdict = Verdict.NotReal,
            Reason = "valve was being serviced",
            Who = "a.meier",
            Role = "engineer",
            Source = "hmi",
            Supersedes = "panel-1-41",
        }, "Label: a correction of an earlier label."),
        ["audit"] = (new Audit("integrator", "reload", "site.yaml", "sha256:00", "sha256:01", "new pump"),
            "Audit: a changed site document took effect."),
        ["engine-state"] = (new EngineState(123_456, Digest.Of("state"u8), 153_600, "0.1.0+0123456789ab"),
            "EngineState: the whole engine after frame 123456, 150 KiB."),
        ["qualification"] = (new Qualification
        {
            Asset = "P-101",
            Role = ArmRole.Previous,
            Serving = Serving,
            Model = Model,
            Class = DeterminismClass.B,
            LargestDifference = 1.25e-7,
            Tolerance = 2.5e-7,
            Vectors = 300,
            Runs = 12,
            Build = "0.1.0+0123456",
            Environment = new BoxEnvironment("1.31.1", "cpu", "sse4.1 avx avx2 fma", 2, "extended", "invariant", "linux", "x64", "10.0.1"),
            Sentence = "12 runs over 300 vectors differed by at most 1.25E-07.",
        }, "Qualification: a model of class B with two threads; 300 vectors (two bytes)."),
    };

    /// <summary>Every kind of value; with and without server time; good, uncertain and bad quality; text outside ASCII; two facts behind the samples.</summary>
    public static FactBatch Batch { get; } = new()
    {
        Ingest = SampleBuilder.IngestAt(2),
        Origin = "plant",
        Key = new byte[] { 0xde, 0xad, 0xbe, 0xef },
        Samples =
        [
            Sample("P-101.flow", TagValue.Of(BitConverter.Int64BitsToDouble(0x7FF8_0000_0000_0001))),
            Sample("P-101.starts", TagValue.Of(-300L)),
            Sample("P-101.running", TagValue.Of(true)),
            Sample("P-101.rezept", TagValue.Of("Kühlung ☃")),
            Sample("P-101.waveform", TagValue.Of(new BlobReference(Digest.Of("waveform"u8), 65_536))),
            Sample("P-101.voltage", TagValue.None) with { Quality = Quality.Bad },
            Sample("P-101.motor-current", TagValue.Of(-0.0)) with { Server = new ServerTime(SampleBuilder.At(1.25).UnixNanoseconds), Quality = new Quality(0x408F_0000) },
            Sample("P-101.flow", TagValue.Of(12.5)) with { Event = new EventTime(-1) },
        ],
        Facts = [All["refusal"].Fact, All["tick"].Fact],
    };

    static Sample Sample(string tag, TagValue value) => new(tag, SampleBuilder.At(1), null, SampleBuilder.IngestAt(2), Quality.Good, value);
}
