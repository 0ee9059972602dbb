using EdgeRuntime.Facts;
using EdgeRuntime.Hq.Training;

namespace EdgeRuntime.Hq.Datasets;

/// <summary>The files hold vectors already, one row each, in the order of the recipe's columns; the recipe states which pipeline made them.</summary>
sealed class ReadyVectors(PipelineIdentity pipeline, IReadOnlyList<CsvColumn> columns) : IFeatureEngine
{
    public PipelineIdentity Pipeline => pipeline;

    public IReadOnlyList<VectorColumn> Columns => [.. columns.Select(c => new VectorColumn(c.Signal, c.Unit))];

    public IReadOnlyList<FileVectors> Compute(SignalTable table)
    {
        var files = new List<FileVectors>();
        int next = 0;
        foreach (SignalFile file in table.Files)
        {
            files.Add(Whole(table.Rows.Skip(next).Take(file.Rows)));
            next += file.Rows;
        }

        return files;
    }

    static FileVectors Whole(IEnumerable<SignalRow> all)
    {
        var times = new List<EventTime>();
        var rows = new List<float[]>();
        int leftOut = 0;
        foreach (SignalRow row in all)
        {
            float[] values = [.. row.Values.Select(v => (float)v)];
            if (!Array.TrueForAll(values, float.IsFinite))
            {
                leftOut++;
                continue;
            }

            times.Add(row.At);
            rows.Add(values);
        }

        return new FileVectors(times, rows, leftOut);
    }
}
