using EdgeRuntime.Facts;
using EdgeRuntime.Fallback;
using EdgeRuntime.Inference;
using EdgeRuntime.Inference.Golden;
using EdgeRuntime.Registry;
using EdgeRuntime.Registry.Manifest;

namespace EdgeRuntime.Gateway;

/// <summary>One loaded model in a role: the release and file it came from, its breaker, and how to read its outputs. Asked by one thread at a time.</summary>
public sealed class ServingArm : IDisposable
{
    const int ContributionsMax = 5;

    readonly Lock _gate = new();
    readonly OnnxModel _model;
    readonly float[] _outputs;
    readonly ModelOutput _score;
    readonly ModelOutput? _contributions;
    readonly bool _scoreIsAnomaly;
    readonly bool _scoreIsProbability;
    bool _disposed;

    internal ServingArm(ArmRole role, Digest serving, Digest modelDigest, string title, OnnxModel model, ServingManifest manifest)
    {
        Role = role;
        Serving = serving;
        Model = modelDigest;
        Title = title;
        Timeout = manifest.Timeout;
        Breaker = new Breaker(OptionsOf(manifest.Breaker));
        _model = model;
        _outputs = new float[model.OutputLength];
        _score = model.Find("score") ?? model.Outputs[0];
        _contributions = model.Find("contributions");
        _scoreIsAnomaly = manifest.TaskType == "anomaly-score";
        _scoreIsProbability = manifest.Postprocessing.ScoreIsProbability;
    }

    ServingArm(ServingArm other, ArmRole role)
    {
        Role = role;
        Serving = other.Serving;
        Model = other.Model;
        Title = other.Title;
        Timeout = other.Timeout;
        Breaker = other.Breaker;
        _model = other._model;
        _outputs = other._outputs;
        _score = other._score;
        _contributions = other._contributions;
        _scoreIsAnomaly = other._scoreIsAnomaly;
        _scoreIsProbability = other._scoreIsProbability;
    }

    public ArmRole Role { get; }

    /// <summary>SHA-256 of the release's serving.yaml.</summary>
    public Digest Serving { get; }

    /// <summary>SHA-256 of the model file.</summary>
    public Digest Model { get; }

    /// <summary>Name and version of the release, for people.</summary>
    public string Title { get; }

    public TimeSpan Timeout { get; }

    /// <summary>What can change the last bit of an answer.</summary>
    public string Environment => _model.Environment;

    internal Breaker Breaker { get; }

    /// <summary>The same loaded model in another role; the old arm must not be disposed then.</summary>
    internal ServingArm As(ArmRole role) => new(this, role);

    /// <summary>Asks the release's golden questions on this box.</summary>
    /// <exception cref="ArmRefusedException">An answer is not the promised one, or the file is not a golden file.</exception>
    public void CheckGolden(ServingPlan plan)
    {
        if (plan.Manifest.Golden is not { } golden)
            return;
        try
        {
            GoldenResult result = GoldenRun.Check(_model, plan.Files[golden.File].Span, golden.Tolerance, [.. plan.Manifest.Features.Columns.Select(c => c.Name)], golden.Rows);
            if (!result.Passed)
                throw new ArmRefusedException($"{plan.Title} does not repeat its golden run on this box: {result.Sentence}");
        }
        catch (ModelRefusedException e)
        {
            throw new ArmRefusedException($"{golden.File} of {plan.Title}: {e.Message}", e);
        }
    }

    internal ArmCall Ask(FeatureVector vector, bool withDeadline = true)
    {
        // What a pipeline makes and what is decoded is an array.
        float[] input = vector.Values as float[] ?? [.. vector.Values];
        lock (_gate)
        {
            if (_disposed)
                return new ArmCall(CallOutcome.Dropped, 0, [], "The arm was taken out of service before it was asked.");
            CallResult result = _model.Run(input, _outputs, withDeadline ? Timeout : null);
            return new ArmCall(result.Outcome, result.Latency, result.HasOutputs ? [.. _outputs] : [], result.Detail);
        }
    }

    internal double Score(IReadOnlyList<float> outputs) => outputs[_score.Offset];

    /// <summary>An anomaly score below zero is no anomaly score, and in a calibrated release one above 1 is none, of its simple model either.</summary>
    internal bool IsInBounds(IReadOnlyList<float> outputs) => !_scoreIsAnomaly || (Score(outputs) >= 0 && (!_scoreIsProbability || Score(outputs) <= 1));

    internal IReadOnlyList<Contribution> Contributions(IReadOnlyList<float> outputs)
    {
        if (_contributions is not { } where)
            return [];
        // Stable order: by share, then by index, so that a replay lists ties alike.
        return [.. Enumerable.Range(0, where.Length)
            .Select(i => new Contribution(i, outputs[where.Offset + i]))
            .OrderByDescending(c => c.Share)
            .ThenBy(c => c.Feature)
            .Take(ContributionsMax)];
    }

    public void Dispose()
    {
        lock (_gate)
        {
            if (_disposed)
                return;
            _disposed = true;
            _model.Dispose();
        }
    }

    static BreakerOptions OptionsOf(BreakerSection section) => new()
    {
        WindowCalls = section.WindowCalls,
        MinCalls = section.MinCalls,
        FailureRatio = section.FailureRatio,
        SlowCall = section.SlowCall,
        OpenFor = section.OpenFor,
        HalfOpenCalls = section.HalfOpenCalls,
    };
}
