using Microsoft.ML.OnnxRuntime;

namespace EdgeRuntime.Hq.Releases;

/// <summary>ONNX Runtime on the CPU with the session the release asks for: one thread, sequential, extended optimisation.</summary>
sealed class OnnxRuntimeScorer : IGoldenScorer
{
    public IReadOnlyList<float[]> Score(byte[] model, IReadOnlyList<(string Name, int Width)> outputs, IReadOnlyList<float[]> rows)
    {
        using var options = new SessionOptions
        {
            IntraOpNumThreads = 1,
            InterOpNumThreads = 1,
            ExecutionMode = ExecutionMode.ORT_SEQUENTIAL,
            GraphOptimizationLevel = GraphOptimizationLevel.ORT_ENABLE_EXTENDED,
        };
        using var session = new InferenceSession(model, options);
        using var run = new RunOptions();
        string[] inputs = [.. session.InputMetadata.Keys], names = [.. outputs.Select(o => o.Name)];
        var answers = new List<float[]>(rows.Count);
        foreach (float[] row in rows)
        {
            using OrtValue x = OrtValue.CreateTensorValueFromMemory(row, [1, row.Length]);
            using IDisposableReadOnlyCollection<OrtValue> said = session.Run(run, inputs, [x], names);
            answers.Add([.. said.SelectMany(value => value.GetTensorDataAsSpan<float>().ToArray())]);
        }

        return answers;
    }
}
