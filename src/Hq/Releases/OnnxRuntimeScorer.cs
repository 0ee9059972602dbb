using EdgeRuntime.Facts;
using EdgeRuntime.Inference;

namespace EdgeRuntime.Hq.Releases;

/// <summary>The runtime of the box, with the session that the release asks for: one thread, sequential, extended optimisation, CPU.</summary>
sealed class OnnxRuntimeScorer : IGoldenScorer
{
    static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    public IReadOnlyList<float[]> Score(byte[] model, IReadOnlyList<(string Name, int Width)> outputs, IReadOnlyList<float[]> rows)
    {
        if (rows.Count == 0)
            return [];
        var contract = new ModelContract([Tensor("x", rows[0].Length)], [.. outputs.Select(o => Tensor(o.Name, o.Width))]);
        using OnnxModel loaded = OnnxModel.Load(model, contract, new SessionProfile());
        var answers = new List<float[]>(rows.Count);
        foreach (float[] row in rows)
        {
            var answer = new float[loaded.OutputLength];
            CallResult call = loaded.Run(row, answer, Deadline);
            answers.Add(call.Outcome == CallOutcome.Answered ? answer : throw new Training.TrainingException($"The runtime refused a golden row: {call.Detail}"));
        }

        return answers;
    }

    static TensorContract Tensor(string name, int width) => new(name, "float32", ["batch", width.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
}
