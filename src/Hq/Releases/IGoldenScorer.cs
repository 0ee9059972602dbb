namespace EdgeRuntime.Hq.Releases;

/// <summary>Asks a model through the runtime that the box uses: golden outputs are what that runtime says, not what the trainer believes.</summary>
interface IGoldenScorer
{
    /// <summary>For each row, the outputs one after the other in the order of <paramref name="outputs"/>. Rows are asked one at a time, as on the box.</summary>
    IReadOnlyList<float[]> Score(byte[] model, IReadOnlyList<(string Name, int Width)> outputs, IReadOnlyList<float[]> rows);
}
