using System.Globalization;
using System.Text;
using EdgeRuntime.Features;
using EdgeRuntime.Hq.Datasets;
using EdgeRuntime.Hq.Evaluation;
using EdgeRuntime.Hq.Training;
using EdgeRuntime.Settings;
using EdgeRuntime.Tests.Kit;

namespace EdgeRuntime.Tests.Unit.Hq;

/// <summary>
/// SKAB dealt into five folds by recording, files that share rows in one, and boosting trained and asked over each deal, by the product's own datasets, folds and evaluation. Everything that a model is given - trees, calibration,
/// threshold, hysteresis, duration - is chosen on its training folds. Features come from the box's own pipeline, and none knows position, time or a count. Trained once for all tests that look at it.
/// </summary>
public sealed class SkabDeals
{
    internal const int InnerFolds = 4;

    internal static readonly ClassifierOptions Options = new()
    {
        Boosting = new BoostingOptions { Trees = 80, Leaves = 7, RowsPerLeaf = 40, LearningRate = 0.05, GroupFraction = 0.7, Members = 5 },
        RowStep = 5,
        Limits = new AlarmLimits(0.08, 25),
    };

    static readonly (string Header, string Signal, string Unit)[] Sensors =
    [
        ("Accelerometer1RMS", "vibration1", "g"), ("Accelerometer2RMS", "vibration2", "g"), ("Current", "current", "A"), ("Pressure", "pressure", "bar"),
        ("Temperature", "motor", "degC"), ("Thermocouple", "fluid", "degC"), ("Voltage", "voltage", "V"), ("Volume Flow RateRMS", "flow", "l/min"),
    ];

    readonly Lazy<Dataset> _data = new(() => Read(Path.Combine(TestData.Folder!, "skab")));
    readonly Lazy<IReadOnlyList<EvaluationReport>> _reports;

    public SkabDeals() => _reports = new(() => [.. Enumerable.Range(0, Seeds).Select(Report)]);

    /// <summary>One deal of the recordings; the full run deals ten times, SKAB_DEALS says otherwise.</summary>
    internal static int Seeds => Figures.Count("SKAB_DEALS", Environment.GetEnvironmentVariable("TESTS_FULL") == "1" ? 10 : 1);

    internal Dataset Data => _data.Value;

    /// <summary>What <c>edgehq evaluate</c> tells of each deal, without its controls.</summary>
    internal IReadOnlyList<EvaluationReport> Reports => _reports.Value;

    EvaluationReport Report(int seed)
    {
        var model = EvaluatedModel.Of("drift-from-baseline 1.0.0", Options, InnerFolds, (seen, folds) => FoldPlan.Of(Data.Only(seen), SplitBy.Recording, folds, TimeSpan.Zero, seed: 1));
        return EvaluationReport.Of(EvaluationRun.Of(Data, model, new EvaluationPlan { Folds = 5, Seed = seed, Controls = false }, TimeSpan.FromMinutes(20)));
    }

    static Dataset Read(string folder)
    {
        var document = SettingsDocument.Parse("pipeline.yaml", Encoding.UTF8.GetBytes(Pipeline()));
        FeaturePipelineDefinition definition = FeaturePipelineDefinition.Read(document);
        document.ThrowIfInvalid();
        var csv = new CsvMapping("**/*.csv", ';', "datetime", "yyyy-MM-dd HH:mm:ss", null, [.. Sensors.Select(s => new CsvColumn(s.Header, s.Signal, s.Unit))]) { LabelColumn = "anomaly" };
        return DatasetBuild.Of(folder, new DataSource { Csv = csv, Labels = new LabelMapping { WithoutColumn = Truth.Normal } }, new PipelineEngine(definition));
    }

    /// <summary>
    /// Levels differ between rigs and days; what holds is the last ten and thirty seconds against the last twenty minutes: how far the mean has moved, in parts of itself, how much livelier the signal is, whether it is turning, and
    /// how four pairs of signals stand to each other.
    /// </summary>
    internal static string Pipeline()
    {
        var yaml = new StringBuilder("kind: FeaturePipeline\nid: drift-from-baseline\nversion: 1.0.0\nvector:\n  at: each-event-time\n  columns: [COLUMNS]\ninputs:\n");
        var columns = new List<string>();
        foreach ((string _, string signal, string unit) in Sensors)
            yaml.Append(CultureInfo.InvariantCulture, $"  - {{signal: {signal}, unit: {unit}}}\n");
        yaml.Append("features:\n");
        void Feature(string text) => yaml.Append(CultureInfo.InvariantCulture, $"  - {{{text}}}\n");
        foreach ((string _, string signal, string _) in Sensors)
        {
            Feature($"name: {signal}.usual, op: mean, of: {signal}, window: PT20M");
            Feature($"name: {signal}.usual-spread, op: std, of: {signal}, window: PT20M");
            // A z-score of mean -e and std 1 adds e: nothing is divided by zero.
            Feature($"name: {signal}.usual-spread-e, op: zscore, of: {signal}.usual-spread, mean: -0.001, std: 1");
            Feature($"name: {signal}.usual-e, op: zscore, of: {signal}.usual, mean: -0.05, std: 1");
            foreach ((string span, string window) in ((string, string)[])[("now", "PT10S"), ("lately", "PT30S")])
            {
                Feature($"name: {signal}.{span}, op: mean, of: {signal}, window: {window}");
                Feature($"name: {signal}.{span}-moved, op: difference, of: [{signal}.{span}, {signal}.usual]");
                Feature($"name: {signal}.{span}-spread, op: std, of: {signal}, window: {window}");
                Feature($"name: {signal}.{span}-spread-e, op: zscore, of: {signal}.{span}-spread, mean: -0.001, std: 1");
                Feature($"name: {signal}.{span}-livelier, op: ratio, of: [{signal}.{span}-spread-e, {signal}.usual-spread-e]");
                Feature($"name: {signal}.{span}-part, op: ratio, of: [{signal}.{span}-moved, {signal}.usual-e]");
                // Pressure swings around 0: a part of itself says nothing.
                columns.AddRange([$"{signal}.{span}-livelier", signal == "pressure" ? $"{signal}.{span}-moved" : $"{signal}.{span}-part"]);
            }

            Feature($"name: {signal}.minute, op: mean, of: {signal}, window: PT1M");
            Feature($"name: {signal}.turned, op: difference, of: [{signal}.now, {signal}.minute]");
            Feature($"name: {signal}.turning, op: ratio, of: [{signal}.turned, {signal}.usual-spread-e]");
            columns.Add($"{signal}.turning");
        }

        foreach ((string first, string second) in ((string, string)[])[("current", "flow"), ("vibration1", "vibration2"), ("vibration1", "flow"), ("motor", "fluid")])
        {
            foreach (string span in (string[])["now", "usual"])
            {
                Feature($"name: {first}-{second}.{span}-e, op: zscore, of: {second}.{span}, mean: -1, std: 1");
                Feature($"name: {first}-{second}.{span}, op: ratio, of: [{first}.{span}, {first}-{second}.{span}-e]");
            }

            Feature($"name: {first}-{second}.moved, op: ratio, of: [{first}-{second}.now, {first}-{second}.usual]");
            columns.Add($"{first}-{second}.moved");
        }

        return yaml.ToString().Replace("COLUMNS", string.Join(", ", columns), StringComparison.Ordinal);
    }
}
