using System.Globalization;
using System.Text;
using EdgeRuntime.Facts;
using EdgeRuntime.Inference.Golden;

namespace EdgeRuntime.Inference.Determinism;

/// <summary>
/// Finds how well a model repeats itself on this machine: the same questions in fresh sessions, forwards, backwards, in odd batches and all at once, held
/// against the first answers and against the release's golden ones. Takes less than a second; what a slow model leaves no time for is asked less often.
/// </summary>
public sealed class QualificationRun
{
    /// <summary>Answers further apart than this are not "the same but for rounding". Relative where the value is above 1.</summary>
    public const double ClassBMax = 1e-4;

    /// <summary>How much more than was seen here a replay may differ by, since a run sees a few hundred questions and a year many millions.</summary>
    const double Margin = 4;

    const int VectorsMax = 256;
    const int VectorsMin = 8;
    const int SessionsMax = 3;
    const int OddBatch = 7;

    /// <summary>For the passes; opening a session comes on top and cannot be shortened.</summary>
    static readonly TimeSpan Budget = TimeSpan.FromMilliseconds(600);

    readonly Func<IProbe> _open;
    readonly TimeProvider _time;
    readonly long _began;
    float[][] _vectors;
    float[]?[] _first = [];
    int _runs;
    double _largest;
    bool _same = true;

    QualificationRun(Func<IProbe> open, float[][] vectors, TimeProvider time)
    {
        _open = open;
        _vectors = vectors;
        _time = time;
        _began = time.GetTimestamp();
    }

    /// <param name="golden">The release's <c>golden.csv</c>; null when it has none for this model.</param>
    /// <param name="seed">Names the model, so that the same release is always asked the same.</param>
    /// <exception cref="ModelRefusedException">The model does not load, or the file is not its golden file.</exception>
    public static QualificationResult Qualify(
        ReadOnlyMemory<byte> onnx, ModelContract contract, SessionProfile profile, ReadOnlyMemory<byte>? golden, Digest seed, TimeProvider time)
    {
        GoldenFile? promised = null;
        int features;
        using (OnnxModel model = OnnxModel.Load(onnx, contract, profile, time))
        {
            features = model.InputLength;
            if (golden is { } csv)
                promised = GoldenFile.Read(Encoding.UTF8.GetString(csv.Span), model, null, null);
        }

        return Qualify(() => new OnnxProbe(onnx, contract, profile, time), features, promised, seed, time);
    }

    internal static QualificationResult Qualify(Func<IProbe> open, int features, GoldenFile? golden, Digest seed, TimeProvider time)
    {
        GoldenRow[] rows = golden is null ? [] : QualificationVectors.Thinned(golden.Rows, VectorsMax * 3 / 4);
        var run = new QualificationRun(open, [.. rows.Select(r => r.Inputs), .. QualificationVectors.Synthetic(features, golden?.Rows ?? [], seed, VectorsMax - rows.Length)], time);
        run.Ask(rows, golden);
        return run.Found();
    }

    void Ask(GoldenRow[] rows, GoldenFile? golden)
    {
        for (int session = 0; session < SessionsMax && (session < 2 || HasTime); session++)
        {
            using IProbe probe = _open();
            if (session == 0)
            {
                Begin(probe);
                Promised(rows, golden);
            }
            else
            {
                Pass(probe, 1, backwards: false);
            }

            if (HasTime)
                Pass(probe, 1, backwards: true);
            if (HasTime && probe.TakesBatches)
                Pass(probe, OddBatch, backwards: false);
            if (HasTime && probe.TakesBatches)
                Pass(probe, _vectors.Length, backwards: false);
        }
    }

    /// <summary>The first pass gives what all others are held against, and says how many questions there is time for.</summary>
    void Begin(IProbe probe)
    {
        var first = new List<float[]?>();
        const int passes = SessionsMax * 4;
        long began = _time.GetTimestamp();
        foreach (float[] vector in _vectors)
        {
            if (first.Count >= VectorsMin && _time.GetElapsedTime(began) * passes > Budget)
                break;
            first.Add(One(probe, vector));
        }

        _vectors = _vectors[..first.Count];
        _first = [.. first];
        _runs++;
    }

    bool HasTime => _time.GetElapsedTime(_began) < Budget;

    void Promised(GoldenRow[] rows, GoldenFile? golden)
    {
        for (int i = 0; i < rows.Length && i < _first.Length; i++)
        {
            for (int column = 0; column < golden!.Outputs.Count; column++)
            {
                float expected = rows[i].Outputs[column];
                if (_first[i] is { } found)
                    Compare(expected, found[golden.Outputs[column].Index]);
                else
                    Differ(double.PositiveInfinity);
            }
        }
    }

    void Pass(IProbe probe, int batch, bool backwards)
    {
        _runs++;
        int features = _vectors[0].Length;
        var answers = new float[batch * probe.AnswerLength];
        var questions = new float[batch * features];
        for (int start = 0; start < _vectors.Length; start += batch)
        {
            int count = Math.Min(batch, _vectors.Length - start);
            for (int i = 0; i < count; i++)
                _vectors[At(start + i)].CopyTo(questions.AsSpan(i * features));
            bool answered = probe.TryAsk(questions.AsSpan(0, count * features), count, answers, Budget);
            if (!answered && count > 1)
            {
                // A batch of which one question cannot be answered says nothing about the others.
                if (start == 0)
                    _runs--;
                return;
            }

            for (int i = 0; i < count; i++)
            {
                // A question that serving does not ask (it is not finite) is asked in a batch, but nobody will ever see that answer.
                if (_first[At(start + i)] is not null || batch == 1)
                    Compare(_first[At(start + i)], answered ? answers.AsSpan(i * probe.AnswerLength, probe.AnswerLength) : default);
            }
        }

        int At(int index) => backwards ? _vectors.Length - 1 - index : index;
    }

    static float[]? One(IProbe probe, float[] vector)
    {
        var answer = new float[probe.AnswerLength];
        return probe.TryAsk(vector, 1, answer, Budget) ? answer : null;
    }

    void Compare(float[]? first, ReadOnlySpan<float> other)
    {
        if (first is null || other.IsEmpty)
        {
            if (first is not null || !other.IsEmpty)
                Differ(double.PositiveInfinity);
            return;
        }

        for (int i = 0; i < first.Length; i++)
            Compare(first[i], other[i]);
    }

    void Compare(float one, float other)
    {
        if (BitConverter.SingleToInt32Bits(one) == BitConverter.SingleToInt32Bits(other))
            return;
        Differ(float.IsFinite(one) && float.IsFinite(other)
            ? Math.Abs((double)one - other) / Math.Max(1, Math.Abs((double)one))
            : double.PositiveInfinity);
    }

    void Differ(double by)
    {
        _same = false;
        _largest = Math.Max(_largest, by);
    }

    QualificationResult Found()
    {
        DeterminismClass found = _same ? DeterminismClass.A : _largest <= ClassBMax ? DeterminismClass.B : DeterminismClass.C;
        string what = string.Create(CultureInfo.InvariantCulture, $"{_runs} runs over {_vectors.Length} vectors");
        string sentence = found switch
        {
            DeterminismClass.A => $"{what} gave the same bits.",
            DeterminismClass.B => string.Create(CultureInfo.InvariantCulture, $"{what} differed by at most {_largest:R}; a replay may differ by {Margin * _largest:R}."),
            _ => string.Create(CultureInfo.InvariantCulture, $"{what} differed by up to {_largest:R}, more than the {ClassBMax:R} of class B: nothing is promised about repeating this model."),
        };
        return new QualificationResult(found, _largest, found == DeterminismClass.B ? Margin * _largest : 0, _vectors.Length, _runs, sentence);
    }
}
