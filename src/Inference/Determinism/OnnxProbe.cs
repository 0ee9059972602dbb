using EdgeRuntime.Inference.Onnx;
using Microsoft.ML.OnnxRuntime;

namespace EdgeRuntime.Inference.Determinism;

/// <summary>A session opened with the very options that serve; single questions go the way that serving goes.</summary>
sealed class OnnxProbe : IProbe
{
    readonly OnnxModel _model;
    readonly ReadOnlyMemory<byte> _onnx;
    readonly SessionProfile _profile;
    InferenceSession? _batches;

    public OnnxProbe(ReadOnlyMemory<byte> onnx, ModelContract contract, SessionProfile profile, TimeProvider time)
    {
        _onnx = onnx;
        _profile = profile;
        _model = OnnxModel.Load(onnx, contract, profile, time);
        // The first dimension is open on both sides, or one question at a time is all that it takes.
        TakesBatches = contract.Inputs.Concat(contract.Outputs).All(t => t.Shape.Count > 0 && !char.IsAsciiDigit(t.Shape[0][0]));
    }

    public int AnswerLength => _model.OutputLength;

    public bool TakesBatches { get; private set; }

    public bool TryAsk(ReadOnlySpan<float> questions, int count, Span<float> answers, TimeSpan limit) =>
        count == 1 ? _model.Run(questions, answers, limit).HasOutputs : TakesBatches && TryAskTogether(questions, count, answers);

    public void Dispose()
    {
        _batches?.Dispose();
        _model.Dispose();
    }

    bool TryAskTogether(ReadOnlySpan<float> questions, int count, Span<float> answers)
    {
        try
        {
            if (_batches is null)
            {
                using SessionOptions options = PinnedOptions.For(_profile);
                _batches = new InferenceSession(_onnx.ToArray(), options);
            }

            using var input = OrtValue.CreateTensorValueFromMemory(questions.ToArray(), [count, _model.InputLength]);
            using var run = new RunOptions();
            using IDisposableReadOnlyCollection<OrtValue> outputs = _batches.Run(run, [_model.InputName], [input], [.. _model.Outputs.Select(o => o.Name)]);
            for (int i = 0; i < outputs.Count; i++)
            {
                ModelOutput output = _model.Outputs[i];
                ReadOnlySpan<float> all = outputs[i].GetTensorDataAsSpan<float>();
                if (all.Length != count * output.Length)
                    return TakesBatches = false;
                for (int row = 0; row < count; row++)
                    all.Slice(row * output.Length, output.Length).CopyTo(answers[((row * AnswerLength) + output.Offset)..]);
            }

            return true;
        }
        catch (OnnxRuntimeException)
        {
            // The graph fixes the batch somewhere inside. It is never served in batches, so this takes nothing from its class.
            return TakesBatches = false;
        }
    }
}
