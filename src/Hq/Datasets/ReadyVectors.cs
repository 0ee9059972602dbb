using EdgeRuntime.Hq.Training;

namespace EdgeRuntime.Hq.Datasets;

/// <summary>The file holds vectors already, one row each, in the order of the recipe's columns; the recipe states which pipeline made them.</summary>
sealed class ReadyVectors(PipelineIdentity pipeline) : IFeatureEngine
{
    public TrainingVectors Compute(SignalTable table)
    {
        var whole = new List<(SignalRow Row, float[] Values)>();
        foreach (SignalRow row in table.Rows)
        {
            float[] values = [.. row.Values.Select(v => (float)v)];
            if (Array.TrueForAll(values, float.IsFinite))
                whole.Add((row, values));
        }

        var matrix = new FeatureMatrix(
            [.. table.Columns.Select(c => new VectorColumn(c.Signal, c.Unit))], [.. whole.Select(w => w.Values)], [.. whole.Select(w => w.Row.At)]);
        return new TrainingVectors(pipeline, matrix, table.Rows.Count - whole.Count);
    }
}
