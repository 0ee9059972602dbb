using EdgeRuntime.Facts;
using EdgeRuntime.Features;
using EdgeRuntime.Hq.Training;
using EdgeRuntime.Journal;
using EdgeRuntime.Settings;
using EdgeRuntime.Settings.Site;

namespace EdgeRuntime.Hq.Datasets;

/// <summary>
/// The box's own feature engine over the rows of a file, in file order, each row one arrival at its own time: a training set holds exactly what the box
/// would have computed. Vectors with gaps are left out, because no model is asked about them.
/// </summary>
sealed class PipelineVectors(string pipelineFile) : IFeatureEngine
{
    const string Asset = "training";
    const string Source = "file";

    /// <inheritdoc/>
    /// <exception cref="SettingsException">The pipeline document breaks a rule.</exception>
    public TrainingVectors Compute(SignalTable table)
    {
        SettingsDocument document = SettingsDocument.Load(pipelineFile);
        FeaturePipelineDefinition definition = FeaturePipelineDefinition.Read(document);
        document.ThrowIfInvalid();
        CheckSignals(definition, table);

        AssetDefinition asset = AssetOf(definition);
        var pipeline = new FeaturePipeline(definition, asset);
        var said = new List<Fact>();
        long frame = 0;
        foreach (SignalRow row in table.Rows)
            pipeline.Take(new StoredBatch(++frame, Arrival(table, row, asset)), said);
        if (table.Rows.Count > 0)
            pipeline.Take(new StoredBatch(++frame, Silence(table.Rows[^1].At, definition)), said);
        return VectorsOf(definition, [.. said.OfType<FeatureVector>()]);
    }

    static void CheckSignals(FeaturePipelineDefinition definition, SignalTable table)
    {
        foreach (SignalInput input in definition.Inputs)
        {
            CsvColumn column = table.Columns.FirstOrDefault(c => c.Signal == input.Signal)
                ?? throw new TrainingException($"The pipeline '{definition.Id}' reads the signal '{input.Signal}', which data.columns does not name.");
            if (column.Unit.Length > 0 && column.Unit != input.Unit)
                throw new TrainingException($"The pipeline '{definition.Id}' takes '{input.Signal}' in [{input.Unit}]; data.columns says [{column.Unit}].");
        }
    }

    static AssetDefinition AssetOf(FeaturePipelineDefinition definition) => new()
    {
        Id = Asset,
        Name = Asset,
        Area = "",
        Pipeline = definition.Id,
        Release = "",
        Shadows = [],
        Rules = "",
        Signals = new Dictionary<string, string>(),
    };

    static FactBatch Arrival(SignalTable table, SignalRow row, AssetDefinition asset)
    {
        // Nobody knows when a file's rows would have reached a box: at their own time is as if they had been live.
        var ingest = new IngestTime(row.At.UnixNanoseconds);
        var samples = new List<Sample>(table.Columns.Count);
        for (int i = 0; i < table.Columns.Count; i++)
        {
            if (!double.IsNaN(row.Values[i]))
                samples.Add(new Sample(asset.TagOf(table.Columns[i].Signal), row.At, null, ingest, Quality.Good, TagValue.Of(row.Values[i])));
        }

        return new FactBatch { Ingest = ingest, Origin = Source, Samples = samples };
    }

    /// <summary>A tick after the file's end, so that its last windows close: the silence itself adds no vectors beyond them.</summary>
    static FactBatch Silence(EventTime last, FeaturePipelineDefinition definition)
    {
        var at = new IngestTime(last.UnixNanoseconds + ((definition.IdleAfter + definition.Lateness + TimeSpan.FromMilliseconds(1)).Ticks * 100));
        return new FactBatch { Ingest = at, Origin = Origins.Clock, Facts = [new Tick(at)] };
    }

    static TrainingVectors VectorsOf(FeaturePipelineDefinition definition, IReadOnlyList<FeatureVector> vectors)
    {
        FeatureVector[] whole = [.. vectors.Where(v => v.IsWhole)];
        var matrix = new FeatureMatrix(
            [.. definition.Columns.Select(c => new VectorColumn(c.Name, c.Unit))], [.. whole.Select(v => v.Values.ToArray())], [.. whole.Select(v => v.At)]);
        return new TrainingVectors(new PipelineIdentity(definition.Id, definition.Version, definition.Identity), matrix, vectors.Count - whole.Length);
    }
}
