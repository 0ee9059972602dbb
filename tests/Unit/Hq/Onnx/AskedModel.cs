using EdgeRuntime.Hq.Training;
using Microsoft.ML.OnnxRuntime;

namespace EdgeRuntime.Tests.Unit.Hq.Onnx;

/// <summary>ONNX Runtime itself, with the session that the box uses, asked about rows that the box would never ask about.</summary>
sealed class AskedModel : IDisposable
{
    readonly InferenceSession _session;
    readonly ITrainedModel _model;

    internal AskedModel(ITrainedModel model)
    {
        using var options = new SessionOptions
        {
            IntraOpNumThreads = 1, ExecutionMode = ExecutionMode.ORT_SEQUENTIAL, GraphOptimizationLevel = GraphOptimizationLevel.ORT_ENABLE_EXTENDED,
        };
        _session = new InferenceSession(model.Write("1.0.0", []), options);
        _model = model;
    }

    /// <summary>For each row all outputs one after the other.</summary>
    internal float[][] Ask(IReadOnlyList<float[]> rows)
    {
        using var run = new RunOptions();
        using OrtValue x = OrtValue.CreateTensorValueFromMemory(rows.SelectMany(r => r).ToArray(), [rows.Count, rows[0].Length]);
        using IDisposableReadOnlyCollection<OrtValue> all = _session.Run(run, [TSquaredQGraph.Input], [x], [.. _model.Outputs.Select(o => o.Name)]);
        var said = new List<float>[rows.Count];
        for (int i = 0; i < said.Length; i++)
            said[i] = [];
        foreach ((OrtValue value, int width) in all.Zip(_model.Outputs.Select(o => o.Width)))
        {
            ReadOnlySpan<float> numbers = value.GetTensorDataAsSpan<float>();
            for (int i = 0; i < said.Length; i++)
                said[i].AddRange(numbers.Slice(i * width, width));
        }

        return [.. said.Select(s => s.ToArray())];
    }

    public void Dispose() => _session.Dispose();
}
