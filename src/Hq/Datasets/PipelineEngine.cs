using EdgeRuntime.Facts;
using EdgeRuntime.Features;
using EdgeRuntime.Hq.Training;
using EdgeRuntime.Journal;
using EdgeRuntime.Settings;
using EdgeRuntime.Settings.Site;

namespace EdgeRuntime.Hq.Datasets;

/// <summary>
/// The feature code that runs on the box, fed with files: every file goes through a pipeline of its own, row by row, as if each had
/// arrived at its own time, or when the file says that it came.
/// So a window never reaches from one recording into another.
/// </summary>
sealed class PipelineEngine(FeaturePipelineDefinition definition) : IFeatureEngine
{
    const string Source = "file";

    const int TimeConstantsOfReach = 5;

    /// <exception cref="SettingsException">The document is not a pipeline; it tells everything at once.</exception>
    internal static PipelineEngine Load(string path)
    {
        SettingsDocument document = SettingsDocument.Load(path);
        FeaturePipelineDefinition definition = FeaturePipelineDefinition.Read(document);
        document.ThrowIfInvalid();
        return new PipelineEngine(definition);
    }

    public PipelineIdentity Pipeline => new(definition.Id, definition.Version, definition.Identity);

    public IReadOnlyList<VectorColumn> Columns => [.. definition.Columns.Select(c => new VectorColumn(c.Name, c.Unit))];

    /// <summary>How far back a vector looks: what lies within it of a moment is not independent of that moment. Of a running mean less than 1 % (e⁻⁵) lies further back.</summary>
    public TimeSpan Reach => definition.Reach + (definition.SlowestTimeConstant * TimeConstantsOfReach);

    public IReadOnlyList<FileVectors> Compute(SignalTable table)
    {
        AssetDefinition asset = Asset(table);
        var files = new List<FileVectors>();
        int next = 0;
        foreach (SignalFile file in table.Files)
        {
            files.Add(OfFile(table, next, file.Rows, asset));
            next += file.Rows;
        }

        return files;
    }

    FileVectors OfFile(SignalTable table, int first, int rows, AssetDefinition asset)
    {
        var mistimed = new HashSet<int>();
        // A step that has held is believed by the box; the vectors of its time are left out all the same, and so must its labels be.
        for (int i = 0; i < rows; i++)
        {
            if (table.Rows[first + i] is { Received: { } received } row && VectorList.IsFar(row.At, received, definition.Jump))
                mistimed.Add(i);
        }

        // Frames of a file are its rows, counted from 1.
        return Vectors(asset, Batches(table, first, rows, asset), rows > 0 && table.Rows[first].Received is not null, frame => mistimed.Add((int)frame - 1)) with { MistimedRows = mistimed };
    }

    /// <summary>
    /// What the box's engine makes of batches in their order, and so what was known at each vector's moment and nothing else. Vectors with a gap are left out, and so are those of a moment that an earlier vector has
    /// passed: a clock stood wrong before or after, and nobody can tell what was true then.
    /// </summary>
    /// <param name="isReceiptKnown">Ingest times are of a clock that stood right: a vector whose time is further from them than a clock may jump is left out too.</param>
    /// <param name="mistimed">Told the frame of each batch that holds a sample whose time is not believed.</param>
    internal FileVectors Vectors(AssetDefinition asset, IEnumerable<StoredBatch> batches, bool isReceiptKnown = false, Action<long>? mistimed = null)
    {
        var pipeline = new FeaturePipeline(definition, asset);
        var said = new List<Fact>();
        var made = new VectorList(isReceiptKnown ? definition.Jump : null);
        foreach (StoredBatch batch in batches)
        {
            pipeline.Take(batch, said);
            foreach (Fact fact in said)
            {
                made.Take(fact, batch.Batch);
                if (fact is Validated validated && validated.Faults.Any(VectorList.IsMistimed))
                    mistimed?.Invoke(batch.Frame);
            }

            said.Clear();
        }

        return made.Close();
    }

    AssetDefinition Asset(SignalTable table)
    {
        foreach (SignalInput input in definition.Inputs)
        {
            CsvColumn column = table.Columns.FirstOrDefault(c => c.Signal == input.Signal)
                ?? throw new TrainingException($"The pipeline reads '{input.Signal}'; the recipe's columns give {string.Join(", ", table.Columns.Select(c => c.Signal))}.");
            if (column.Unit != input.Unit)
                throw new TrainingException($"The pipeline reads '{input.Signal}' in '{input.Unit}', but the recipe says it is in '{column.Unit}'; units are never converted.");
        }

        return new AssetDefinition
        {
            Id = Source, Name = Source, Area = "", Pipeline = "", Release = "", Shadows = [], Rules = "", Signals = new Dictionary<string, string>(StringComparer.Ordinal),
        };
    }

    IEnumerable<StoredBatch> Batches(SignalTable table, int first, int rows, AssetDefinition asset)
    {
        if (rows == 0)
            yield break;
        string[] tags = [.. table.Columns.Select(c => asset.TagOf(c.Signal))];
        long frame = 0;
        long newest = long.MinValue;
        for (int i = first; i < first + rows; i++)
        {
            SignalRow row = table.Rows[i];
            newest = Math.Max(newest, (row.Received ?? row.At).UnixNanoseconds);
            var ingest = new IngestTime(newest);
            Sample[] samples = [.. row.Values.Index().Where(v => !double.IsNaN(v.Item))
                .Select(v => new Sample(tags[v.Index], row.At, null, ingest, Quality.Good, TagValue.Of(v.Item)))];
            yield return new StoredBatch(++frame, new FactBatch { Ingest = ingest, Origin = Source, Samples = samples });
        }

        // The recording is over: time goes on without it until its last windows have closed.
        var end = new IngestTime(newest + ((definition.IdleAfter + definition.Lateness).Ticks * 100) + 1);
        yield return new StoredBatch(++frame, new FactBatch { Ingest = end, Origin = Origins.Clock, Facts = [new Tick(end)] });
    }
}
