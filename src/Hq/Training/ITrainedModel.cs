namespace EdgeRuntime.Hq.Training;

/// <summary>What every trainer gives: it can be asked, and it can be written as the graph that the box asks. Both say the same (within 1e-6, tested).</summary>
interface ITrainedModel
{
    /// <summary>Outputs of the graph in their order and how wide each is; one is called <c>score</c>.</summary>
    IReadOnlyList<(string Name, int Width)> Outputs { get; }

    /// <summary>What the graph's <c>score</c> is for this row, before it is rounded to float32.</summary>
    double Score(ReadOnlySpan<float> row);

    /// <summary>The ONNX file. <paramref name="metadata"/> is written in the order given.</summary>
    byte[] Write(string version, IEnumerable<KeyValuePair<string, string>> metadata);
}
