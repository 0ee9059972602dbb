using CsCheck;
using EdgeRuntime.Facts;

namespace EdgeRuntime.Tests.Unit.Facts;

/// <summary>Arbitrary facts and batches, every kind, every field over its whole range.</summary>
static class AnyFact
{
    static readonly Gen<string> Text = Gen.OneOf(Gen.String.AlphaNumeric, AnyOf("", "P-101.flow", "Kühlung ☃", "\u0000", "😀"));
    static readonly Gen<Digest> Digests = Gen.OneOf(Gen.Const(Digest.None), Gen.Byte.Array[32].Select(b => Digest.FromBytes(b)));
    static readonly Gen<Position> Positions = Gen.Select(Gen.Long[0, long.MaxValue], Gen.Int[0, int.MaxValue], (frame, index) => new Position(frame, index));
    static readonly Gen<EventTime> Events = Gen.Long.Select(ns => new EventTime(ns));

    // From the bits, so that every NaN payload, both zeros and the subnormals occur.
    static readonly Gen<double> Doubles = Gen.Long.Select(BitConverter.Int64BitsToDouble);
    static readonly Gen<float> Floats = Gen.UInt.Select(BitConverter.UInt32BitsToSingle);
    static readonly Gen<float[]> FloatLists = Floats.Array[0, 20];
    static readonly Gen<int> Index = Gen.OneOf(Gen.Int[0, 300], Gen.Int[0, int.MaxValue]);

    static readonly Gen<Fact> Ticks = Gen.Long.Select(ns => (Fact)new Tick(new IngestTime(ns)));

    static readonly Gen<Fact> Validations = Gen.Select(Text, Positions, Digests,
        Gen.Select(Index, Named<SampleFault>(), (i, fault) => new SampleCheck(i, fault)).Array[0, 5],
        (asset, input, pipeline, faults) => (Fact)new Validated(asset, input, pipeline, faults));

    static readonly Gen<Fact> Vectors =
        from asset in Text
        from at in Events
        from cause in Positions
        from pipeline in Digests
        from values in FloatLists
        from fault in Named<FeatureFault>()
        from age in Gen.Long
        select (Fact)new FeatureVector
        {
            Asset = asset,
            At = at,
            Cause = cause,
            Pipeline = pipeline,
            Values = values,
            Gaps = [.. Enumerable.Range(0, values.Length).Where(i => i % 3 == 1).Select(i => new FeatureGap(i, fault))],
            InputAge = age,
        };

    static readonly Gen<Fact> Predictions =
        from asset in Text
        from at in Events
        from cause in Positions
        from role in Named<ArmRole>()
        from digests in Digests.Array[2]
        from outcome in Named<CallOutcome>()
        from latency in Gen.Long
        from outputs in FloatLists
        from detail in Text
        select (Fact)new Prediction
        {
            Asset = asset,
            At = at,
            Cause = cause,
            Role = role,
            Serving = digests[0],
            Model = digests[1],
            Outcome = outcome,
            Latency = latency,
            Outputs = outputs,
            Detail = detail,
        };

    static readonly Gen<Fact> Decisions =
        from texts in Text.Array[3]
        from at in Events
        from cause in Positions
        from state in Named<DecisionState>()
        from rung in Named<Rung>()
        from numbers in Doubles.Array[3]
        from age in Gen.Long
        from reasons in Text.Array[0, 4]
        from refusals in Gen.Select(Named<Rung>(), Named<CallOutcome>(), (r, why) => new RungRefusal(r, why)).Array[0, 4]
        from contributions in Gen.Select(Index, Floats, (feature, share) => new Contribution(feature, share)).Array[0, 4]
        from digests in Digests.Array[5]
        select (Fact)new Decision
        {
            PredictionId = texts[0],
            Asset = texts[1],
            At = at,
            Cause = cause,
            State = state,
            Score = numbers[0],
            Threshold = numbers[1],
            Rung = rung,
            Confidence = numbers[2],
            Age = age,
            Reasons = reasons,
            Refusals = refusals,
            Contributions = contributions,
            Serving = digests[0],
            Model = digests[1],
            Pipeline = digests[2],
            Rules = digests[3],
            Vector = digests[4],
            Build = texts[2],
        };

    static readonly Gen<Fact> Activations =
        from texts in Text.Array[6]
        from role in Named<ArmRole>()
        from digests in Digests.Array[4]
        from signed in Gen.Bool
        select (Fact)new Activation
        {
            Asset = texts[0],
            Role = role,
            Release = texts[1],
            Serving = digests[0],
            Pipeline = digests[1],
            Rules = digests[2],
            Site = digests[3],
            Signed = signed,
            Build = texts[2],
            Environment = texts[3],
            Who = texts[4],
            Why = texts[5],
        };

    static readonly Gen<Fact> ModeChanges = Text.Array[5].Select(t => (Fact)new ModeChange(t[0], t[1], t[2], t[3], t[4]));

    static readonly Gen<Fact> Refusals =
        from stage in Named<RefusalStage>()
        from texts in Text.Array[3]
        from values in Index
        from payload in Gen.Byte.Array[0, 40]
        from length in Gen.Long
        select (Fact)new Refusal
        {
            Stage = stage,
            Subject = texts[0],
            Rule = texts[1],
            Sentence = texts[2],
            Values = values,
            Payload = payload,
            PayloadLength = length,
        };

    static readonly Gen<Fact> Gaps = Gen.Select(Text, Text, Events, Events, Named<GapCause>(), Gen.Long,
        (source, tag, from, to, cause, values) => (Fact)new Gap(source, tag, from, to, cause, values));

    static readonly Gen<Fact> Findings = Gen.Select(Named<FindingLayer>(), Named<FindingPriority>(), Text.Array[3],
        (layer, priority, t) => (Fact)new Finding(layer, priority, t[0], t[1], t[2]));

    static readonly Gen<Fact> Labels = Gen.Select(Named<Verdict>(), Text.Array[7], (verdict, t) => (Fact)new Label
    {
        Id = t[0],
        PredictionId = t[1],
        Verdict = verdict,
        Reason = t[2],
        Who = t[3],
        Role = t[4],
        Source = t[5],
        Supersedes = t[6],
    });

    static readonly Gen<Fact> Audits = Text.Array[6].Select(t => (Fact)new Audit(t[0], t[1], t[2], t[3], t[4], t[5]));

    static readonly Gen<Fact> Stages = Gen.Select(Text.Array[2], Events, Positions, Digests, Doubles.Array[0, 6],
        (t, at, cause, version, values) => (Fact)new FeatureStage
        {
            Asset = t[0], At = at, Cause = cause, Stage = t[1], Version = version, Values = values, Gaps = [.. values.Select((_, i) => new FeatureGap(i, FeatureFault.Uneven)).Take(2)],
        });

    static readonly Gen<Fact> Corrections = Gen.Select(Text, Events, Positions, Positions, Digests, Gen.Float.Array[0, 6], Index,
        (asset, at, cause, corrects, pipeline, values, left) => (Fact)new Correction
        {
            Asset = asset, At = at, Cause = cause, Corrects = corrects, Pipeline = pipeline, Values = values, Gaps = [.. values.Select((_, i) => new FeatureGap(i, FeatureFault.Stale)).Take(2)], Left = left,
        });

    static readonly Gen<Fact> ClockOffsets = Gen.Select(Text.Array[2], Events, Positions, Gen.Long.Array[3], Index,
        (t, at, cause, numbers, samples) => (Fact)new ClockOffset(t[0], t[1], at, cause, numbers[0], numbers[1], samples, numbers[2]));

    static readonly Gen<Fact> States = Gen.Select(Gen.Long, Digests, Gen.Long, Text, (frame, digest, bytes, build) => (Fact)new EngineState(frame, digest, bytes, build));

    static readonly Gen<Fact> Qualifications =
        from t in Text.Array[10]
        from role in Named<ArmRole>()
        from digests in Digests.Array[2]
        from found in Named<DeterminismClass>()
        from numbers in Doubles.Array[2]
        from counts in Index.Array[3]
        select (Fact)new Qualification
        {
            Asset = t[0],
            Role = role,
            Serving = digests[0],
            Model = digests[1],
            Class = found,
            LargestDifference = numbers[0],
            Tolerance = numbers[1],
            Vectors = counts[0],
            Runs = counts[1],
            Build = t[1],
            Environment = new BoxEnvironment(t[2], t[3], t[4], counts[2], t[5], t[6], t[7], t[8], t[9]),
            Sentence = t[0],
        };

    /// <summary>One generator per kind, so that a test can show that none was forgotten.</summary>
    public static IReadOnlyDictionary<FactKind, Gen<Fact>> ByKind { get; } = new Dictionary<FactKind, Gen<Fact>>
    {
        [FactKind.Tick] = Ticks,
        [FactKind.Validated] = Validations,
        [FactKind.FeatureVector] = Vectors,
        [FactKind.Prediction] = Predictions,
        [FactKind.Decision] = Decisions,
        [FactKind.Activation] = Activations,
        [FactKind.ModeChange] = ModeChanges,
        [FactKind.Refusal] = Refusals,
        [FactKind.Gap] = Gaps,
        [FactKind.Finding] = Findings,
        [FactKind.Label] = Labels,
        [FactKind.Audit] = Audits,
        [FactKind.FeatureStage] = Stages,
        [FactKind.Correction] = Corrections,
        [FactKind.ClockOffset] = ClockOffsets,
        [FactKind.EngineState] = States,
        [FactKind.Qualification] = Qualifications,
    };

    public static Gen<Fact> Facts { get; } = Gen.OneOf([.. ByKind.Values]);

    static readonly Gen<TagValue> Values = Gen.OneOf(
        Gen.Const(TagValue.None),
        Doubles.Select(TagValue.Of),
        Gen.Long.Select(TagValue.Of),
        Gen.Bool.Select(TagValue.Of),
        Text.Select(TagValue.Of),
        Gen.Select(Digests, Gen.Long, (digest, size) => TagValue.Of(new BlobReference(digest, size))));

    static Gen<Sample> Samples(IngestTime ingest) =>
        from tag in Text
        from at in Events
        from server in Gen.OneOf(Gen.Const((ServerTime?)null), Gen.Long.Select(ns => (ServerTime?)new ServerTime(ns)))
        from quality in Gen.OneOf(Gen.Const(0u), Gen.UInt)
        from value in Values
        select new Sample(tag, at, server, ingest, new Quality(quality), value);

    public static Gen<FactBatch> Batches { get; } =
        from ns in Gen.Long
        from origin in Text
        from key in Gen.Byte.Array[0, FactCodec.KeyBytesMax]
        from samples in Samples(new IngestTime(ns)).Array[0, 20]
        from facts in Facts.Array[0, 5]
        select new FactBatch { Ingest = new IngestTime(ns), Origin = origin, Key = key, Samples = samples, Facts = facts };

    static Gen<T> Named<T>()
        where T : struct, Enum => AnyOf(Enum.GetValues<T>());

    static Gen<T> AnyOf<T>(params T[] values) => Gen.Int[0, values.Length - 1].Select(i => values[i]);
}
