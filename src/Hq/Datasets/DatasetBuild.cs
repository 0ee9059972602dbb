using System.Text;
using EdgeRuntime.Facts;
using EdgeRuntime.Hq.Training;

namespace EdgeRuntime.Hq.Datasets;

/// <summary>Telemetry and labels → a dataset. Every vector rests on what was known at its moment and on nothing else.</summary>
static class DatasetBuild
{
    /// <exception cref="TrainingException">The data or the labels cannot be understood, or do not fit the pipeline.</exception>
    internal static Dataset Of(string folder, DataSource source, IFeatureEngine engine) =>
        source.Csv is null ? JournalRecordings.Read(folder, source, engine as PipelineEngine ?? throw new TrainingException("data.journal: vectors come from a pipeline; name its file.")) : OfFiles(folder, source, source.Csv, engine);

    static Dataset OfFiles(string folder, DataSource source, CsvMapping csv, IFeatureEngine engine) => OfTable(folder, CsvFiles.Read(folder, csv), source, csv, engine);

    /// <summary>The same of files that were read.</summary>
    internal static Dataset OfTable(string folder, SignalTable table, DataSource source, CsvMapping csv, IFeatureEngine engine)
    {
        LabelMapping labels = source.Labels ?? new LabelMapping { WithoutColumn = Truth.Unknown };
        IReadOnlyList<LabelledInterval> intervals = labels.IntervalFile.Length > 0 ? IntervalFile.Read(Path.Combine(folder, labels.IntervalFile), labels.IntervalFile) : [];
        if (csv.LabelColumn is { } column && table.Rows.All(r => r.Label is null))
            throw new TrainingException($"labels.column is '{column}'; none of the {table.Files.Count} files has it.");
        if (csv.ChangePointColumn is { } points && table.Rows.All(r => r.IsChangePoint is null))
            throw new TrainingException($"labels.changePoints is '{points}'; none of the {table.Files.Count} files has it.");
        CheckNames(table.Files);
        IReadOnlyList<FileVectors> vectors = engine.Compute(table);
        var recordings = new List<Recording>();
        var rows = new List<IReadOnlyList<SignalRow>>();
        var spans = new List<(string Asset, RecordingSpan? Span)>();
        SignalRow[] all = [.. table.Rows];
        int next = 0;
        for (int f = 0; f < table.Files.Count; f++)
        {
            SignalFile file = table.Files[f];
            ArraySegment<SignalRow> ofFile = new(all, next, file.Rows);
            next += file.Rows;
            string name = NameOf(file.Name);
            string asset = source.AssetBy switch { AssetNaming.Folder => LabelMapping.FolderOf(name), AssetNaming.File => name, _ => source.Asset };
            spans.Add((asset, RecordingTruths.SpanOf(ofFile, vectors[f].MistimedRows)));
            (IReadOnlyList<Truth> truths, IReadOnlyList<LabelledEvent> events) = source.Labels is { IntervalFile.Length: > 0 }
                ? RecordingTruths.OfIntervals(asset, intervals, labels.Margin, vectors[f].Times, spans[f].Span)
                : RecordingTruths.OfRows(name, ofFile, labels, vectors[f].Times, vectors[f].MistimedRows);
            recordings.Add(new Recording(name, asset, RegimeOf(source.Regime, csv, ofFile), vectors[f].Times, vectors[f].Rows, truths, events, vectors[f].LeftOut)
            {
                RefusedMoments = vectors[f].RefusedMoments,
                ChangePoints = csv.ChangePointColumn is null ? null : [.. ofFile.Where(r => r.IsChangePoint == true).Select(r => r.At)],
            });
            rows.Add(ofFile);
        }

        IntervalFile.CheckAssets(intervals, recordings.Select(r => r.Asset), labels.IntervalFile);
        if (recordings.All(r => r.Rows.Count == 0))
            throw new TrainingException($"None of the {table.Rows.Count} rows gives a whole vector: look for a column that is empty throughout ({EmptyColumns(table)}).");
        string[] names = [.. recordings.Select(r => r.Name)];
        IReadOnlyList<SharedRows> shared = SharedRowsSearch.Find(rows, names, labels);
        return new Dataset(engine.Pipeline, engine.Columns, recordings, SharedRowsSearch.Groups(names, shared), shared, table.Files, DigestOf(folder, table.Digest, labels.IntervalFile))
        {
            LabelRemarks = [.. IntervalFile.Strays(intervals, spans, labels.IntervalFile)],
        };
    }

    static string EmptyColumns(SignalTable data)
    {
        string[] empty = [.. data.Columns.Where((_, i) => data.Rows.All(r => double.IsNaN(r.Values[i]))).Select(c => c.Header)];
        return empty.Length > 0 ? string.Join(", ", empty) : "none is";
    }

    static void CheckNames(IReadOnlyList<SignalFile> files)
    {
        if (files.GroupBy(f => NameOf(f.Name), StringComparer.Ordinal).FirstOrDefault(g => g.Count() > 1) is { } same)
            throw new TrainingException($"data.csv: {string.Join(" and ", same.Select(f => f.Name))} would both be the recording '{same.Key}'; narrow the pattern, such as *.csv, or rename one.");
    }

    /// <summary>What the recording of a file is called: its path without the extension.</summary>
    internal static string NameOf(string file) => file.LastIndexOf('.') is var dot && dot > file.LastIndexOf('/') + 1 ? file[..dot] : file;

    static string RegimeOf(RegimeMapping? regime, CsvMapping csv, IReadOnlyList<SignalRow> rows)
    {
        if (regime is null)
            return "";
        int column = csv.Columns.ToList().FindIndex(c => c.Signal == regime.Signal);
        return column < 0 ? throw new TrainingException($"data.regime: no column gives '{regime.Signal}'.") : regime.Of(rows.Select(r => r.Values[column]));
    }

    static Digest DigestOf(string folder, Digest table, string intervals) =>
        intervals.Length == 0 ? table : Digest.Of(Encoding.UTF8.GetBytes($"{table.Hex}\n{Digest.Of(File.ReadAllBytes(Path.Combine(folder, intervals))).Hex}\n"));
}
