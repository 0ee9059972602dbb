using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace EdgeRuntime.Tests.Benchmarks.Inference;

/// <summary>The least that a call can be: ONNX Runtime's own session with the same options, buffers bound once, the question copied in.</summary>
sealed class BareSession : IDisposable
{
    readonly InferenceSession _session;
    readonly OrtIoBinding _binding;
    readonly RunOptions _options = new();
    readonly OrtValue _in, _out;
    readonly float[] _input, _output;

    internal BareSession(byte[] onnx, int features, int outputs)
    {
        using var options = new SessionOptions
        {
            IntraOpNumThreads = 1,
            InterOpNumThreads = 1,
            ExecutionMode = ExecutionMode.ORT_SEQUENTIAL,
            GraphOptimizationLevel = GraphOptimizationLevel.ORT_ENABLE_EXTENDED,
        };
        _session = new InferenceSession(onnx, options);
        _input = GC.AllocateArray<float>(features, pinned: true);
        _output = GC.AllocateArray<float>(outputs, pinned: true);
        _in = Bind(_input);
        _out = Bind(_output);
        _binding = _session.CreateIoBinding();
        _binding.BindInput("x", _in);
        _binding.BindOutput("score", _out);
    }

    internal float Run(ReadOnlySpan<float> input)
    {
        input.CopyTo(_input);
        _session.RunWithBinding(_options, _binding);
        return _output[0];
    }

    public void Dispose()
    {
        _binding.Dispose();
        _in.Dispose();
        _out.Dispose();
        _options.Dispose();
        _session.Dispose();
    }

    static OrtValue Bind(float[] pinned) => OrtValue.CreateTensorValueWithData(
        OrtMemoryInfo.DefaultInstance, TensorElementType.Float, [1, pinned.Length], Marshal.UnsafeAddrOfPinnedArrayElement(pinned, 0), pinned.Length * sizeof(float));
}
