using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Unicode;
using EdgeRuntime.Decisions.Postprocessing;
using EdgeRuntime.Facts;
using EdgeRuntime.Facts.Canonical;
using EdgeRuntime.Fallback;
using EdgeRuntime.Fallback.Rules;
using EdgeRuntime.Gateway;
using EdgeRuntime.Registry.Manifest;

namespace EdgeRuntime.Decisions;

/// <summary>Answer → decision for one asset: debounce, confidence, the plant's rules, and the words. Remembers what debouncing needs, nothing else.</summary>
sealed class DecisionWriter
{
    /// <summary>The rules of a plant say "yes" or "nothing to say"; silence of a few rules is weak evidence, so both are half-sure.</summary>
    const double RulesConfidence = 0.5;

    const int ReasonFeatures = 3;

    const int IdBytes = 16;

    /// <summary>Three numbers of at most 20 digits, what stands between them, and a digest in words.</summary>
    const int NumbersBytesMax = 160;

    /// <summary>More than this nobody reads; all of them are in the vector.</summary>
    const int ReasonGapsMax = 5;

    readonly Activation _activation;
    readonly IReadOnlyList<string> _features;
    readonly PostprocessingSection? _postprocessing;
    readonly Debounce? _debounce;
    readonly ArrayBufferWriter<byte> _hashed = new();
    DecisionState _last = DecisionState.Unknown;

    public DecisionWriter(Activation activation, IReadOnlyList<string> features, PostprocessingSection? postprocessing)
    {
        _activation = activation;
        _features = features;
        _postprocessing = postprocessing;
        _debounce = postprocessing is null ? null : new Debounce(postprocessing.Threshold, postprocessing.Hysteresis, postprocessing.MinDuration);
    }

    public bool ScoreIsProbability => _postprocessing is { ScoreIsProbability: true };

    /// <param name="ahead">Digests that may be asked for here; null: none were made ahead.</param>
    public Decision Write(FeatureVector vector, Answer answer, DigestsAhead? ahead)
    {
        var reasons = new List<string>();
        double threshold = double.IsNaN(answer.Score) ? double.NaN : _debounce?.EffectiveThreshold ?? double.NaN;
        (DecisionState state, double confidence) = Judge(vector, answer, threshold, reasons);
        // Without the rules: they are looked at anew on every vector, and a repeated answer must not repeat a rule that has ended.
        _last = state;
        if (answer.RulesFiring.Count > 0)
        {
            // The plant's own rules stand above any model: they say when to stop, model or not.
            confidence = state == DecisionState.Anomaly ? Math.Max(confidence, RulesConfidence) : RulesConfidence;
            state = DecisionState.Anomaly;
            reasons.InsertRange(0, answer.RulesFiring.Select(Said));
        }

        foreach (RungRefusal refusal in answer.Refusals)
            reasons.Add($"The rung {Words.Of(refusal.Rung)} gave no answer: it {Words.Of(refusal.Why)}.");
        for (int i = 0; i < Math.Min(vector.Gaps.Count, ReasonGapsMax); i++)
            reasons.Add($"Feature {_features[vector.Gaps[i].Index]} has no value: {Words.Of(vector.Gaps[i].Fault)}.");
        if (vector.Gaps.Count > ReasonGapsMax)
            reasons.Add(string.Create(CultureInfo.InvariantCulture, $"{vector.Gaps.Count - ReasonGapsMax} more features have no value."));
        return new Decision
        {
            PredictionId = IdOf(vector, ahead),
            Asset = vector.Asset,
            At = vector.At,
            Cause = vector.Cause,
            State = state,
            Score = answer.Score,
            Threshold = threshold,
            Rung = answer.Rung,
            Confidence = confidence,
            Age = answer.Age,
            Reasons = reasons,
            Refusals = answer.Refusals,
            Contributions = answer.Contributions,
            Serving = answer.Serving,
            Model = answer.Model,
            Pipeline = vector.Pipeline,
            Rules = _activation.Rules,
            Vector = DigestOf(vector, ahead),
            Build = _activation.Build,
        };
    }

    public void Save(CanonicalWriter to)
    {
        to.Named(_last);
        _debounce?.Save(to);
    }

    public void Restore(ref CanonicalReader from)
    {
        _last = from.Named<DecisionState>();
        _debounce?.Restore(ref from);
    }

    /// <summary>Writes what an id is the beginning of the SHA-256 of: asset, moment, cause and release.</summary>
    internal static void WriteId(FeatureVector vector, Digest serving, ArrayBufferWriter<byte> to)
    {
        // Written as UTF-8 at once: this is done for every decision of every replay.
        Span<byte> text = to.GetSpan(Encoding.UTF8.GetMaxByteCount(vector.Asset.Length) + NumbersBytesMax);
        Utf8.TryWrite(text, CultureInfo.InvariantCulture, $"{vector.Asset}\n{vector.At.UnixNanoseconds}\n{vector.Cause.Frame}.{vector.Cause.Index}\n", out int written);
        to.Advance(written + serving.WriteTo(text[written..]));
    }

    /// <summary>The id that outcomes and labels cite: the first 16 bytes of the SHA-256.</summary>
    string IdOf(FeatureVector vector, DigestsAhead? ahead)
    {
        _hashed.ResetWrittenCount();
        WriteId(vector, _activation.Serving, _hashed);
        return Hashed(ahead).HexOf(IdBytes);
    }

    Digest DigestOf(FeatureVector vector, DigestsAhead? ahead)
    {
        _hashed.ResetWrittenCount();
        FactCodec.Encode(vector, _hashed);
        return Hashed(ahead);
    }

    Digest Hashed(DigestsAhead? ahead) => ahead?.Of(_hashed.WrittenSpan) ?? Digest.Of(_hashed.WrittenSpan);

    (DecisionState State, double Confidence) Judge(FeatureVector vector, Answer answer, double threshold, List<string> reasons)
    {
        switch (answer.Rung)
        {
            case Rung.Rules:
                _debounce?.Forget();
                if (answer.RulesFiring.Count == 0)
                    reasons.Add("No model answered; none of the plant's rules fires.");
                return (DecisionState.Normal, RulesConfidence);
            case Rung.LowConfidence:
                _debounce?.Forget();
                reasons.Add("Nobody could say: act as if there were no model.");
                return (DecisionState.Unknown, 0);
            case Rung.Cached:
                // A repeated score is no new evidence: it keeps the state and never begins or ends an anomaly.
                reasons.Add($"The last good answer is repeated; its inputs are {Seconds(answer.Age)} old.");
                return (_last, Sureness(_last == DecisionState.Unknown ? answer.Score > threshold : _last == DecisionState.Anomaly, answer.Score, threshold) * answer.Freshness);
            default:
                return Judge(answer, vector.At, threshold, reasons);
        }
    }

    (DecisionState State, double Confidence) Judge(Answer answer, EventTime at, double threshold, List<string> reasons)
    {
        bool anomaly = _debounce!.Look(answer.Score, at);
        double confidence = Sureness(anomaly, answer.Score, threshold);
        if (anomaly)
            reasons.Add($"Score {Number(answer.Score)} has been above {Number(threshold)} for {Seconds(_debounce.AboveFor)}.");
        else if (answer.Score > threshold)
            reasons.Add($"Score {Number(answer.Score)} is above {Number(threshold)}, but not yet for {Words.Seconds(_postprocessing!.MinDuration)}.");
        else
            reasons.Add($"Score {Number(answer.Score)} is not above {Number(threshold)}.");
        if (answer.Contributions.Count > 0 && answer.Score > threshold)
            reasons.Add($"It comes mostly from {Strongest(answer.Contributions)}.");
        if (confidence < _postprocessing!.LowConfidenceBelow)
        {
            reasons.Add($"Confidence {Number(confidence)} is below {Number(_postprocessing.LowConfidenceBelow)}.");
            if (_postprocessing.Abstain)
                return (DecisionState.Unknown, confidence);
        }

        return (anomaly ? DecisionState.Anomaly : DecisionState.Normal, confidence);
    }

    /// <summary>Of a calibrated score how likely it is that what is said is so; of any other how far it is from the threshold.</summary>
    double Sureness(bool anomaly, double score, double threshold) =>
        _postprocessing!.ScoreIsProbability ? Math.Clamp(anomaly ? score : 1 - score, 0, 1) : Margin.Of(score, threshold);

    string Strongest(IReadOnlyList<Contribution> contributions) => string.Join(", ", contributions.Take(ReasonFeatures)
        .Select(c => string.Create(CultureInfo.InvariantCulture, $"{_features[c.Feature]} ({Math.Round(c.Share * 100.0):0} %)")));

    static string Said(PlantRule rule) => $"Rule '{rule.Name}': {rule.Say}";

    static string Number(double value) => value.ToString("0.00", CultureInfo.InvariantCulture);

    static string Seconds(long nanoseconds) => (nanoseconds / 1e9).ToString("0.###", CultureInfo.InvariantCulture) + " s";
}
