using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.Json;
using EdgeRuntime.Hq.Datasets;
using EdgeRuntime.Hq.Verbs;
using EdgeRuntime.Tests.Kit;
using EdgeRuntime.Tests.Unit.Registry;
using Xunit;

namespace EdgeRuntime.Tests.Unit.Hq;

/// <summary>
/// 3W, closure of the downhole safety valve (class 2), well 11, by the verb as an engineer asks it: T² and Q are fitted on the first 60 % of each instance's own normal rows and asked about all behind them, with one
/// recipe for all. What moves is looked at, not where it stands: the last 10 s against the last 2 min.
/// </summary>
public sealed class WellProtocolTests
{
    const int LongInstances = 10;

    // The three that live in this well; one of them is dead or frozen in some instances, and then the model does not look at it.
    static readonly (string Signal, string Unit)[] Tags = [("P-PDG", "Pa"), ("P-TPT", "Pa"), ("T-TPT", "degC")];

    [Fact]
    public void Nine_of_ten_long_instances_alarm_falsely_in_less_than_2_percent_and_every_closure_is_found_within_a_minute()
    {
        Assert.SkipWhen(TestData.Folder is null, TestData.Absent);
        using var temp = new TempFolder();
        string wells = Path.Combine(TestData.Folder, "3w", "2").Replace(Path.DirectorySeparatorChar, '/');
        File.WriteAllText(temp["pipeline.yaml"], Pipeline());
        File.WriteAllText(temp["recipe.yaml"], Recipe(wells));
        JsonElement report = Evaluate(temp);

        JsonElement[] slices = [.. report.GetProperty("slices").EnumerateArray().Where(s => s.GetProperty("by").GetString() == "file")];
        Dictionary<string, double> falseAlarms = slices.ToDictionary(s => s.GetProperty("name").GetString()!, s => s.GetProperty("alarms").GetProperty("falseAlarmRate").GetProperty("value").GetDouble());
        Dictionary<string, double> falseRows = slices.ToDictionary(s => s.GetProperty("name").GetString()!, s => s.GetProperty("alarms").GetProperty("counts").GetProperty("falsePositives").GetDouble());
        // The files say which instances are long, so that one that gives no fold is missed here and not passed over.
        string[] all = [.. Directory.GetFiles(wells, "WELL-00011_*.csv").OrderByDescending(file => File.ReadLines(file).Count()).Select(file => Path.GetFileNameWithoutExtension(file)!)];
        string[] longest = all[..LongInstances];
        Assert.Empty(longest.Except(falseAlarms.Keys));
        Figures.Say($"FAR of the {LongInstances} long instances: {string.Join(", ", longest.Select(n => falseAlarms[n].ToString("P1", CultureInfo.InvariantCulture)))}; of the {falseAlarms.Count - LongInstances} short ones: {string.Join(", ", falseAlarms.Keys.Except(longest).Select(n => falseAlarms[n].ToString("P1", CultureInfo.InvariantCulture)))}");
        // Between normal and closure lie rows that nobody is sure of: an alarm that begins among them begins with the closure. One that stood in normal rows already shows nothing; such an event is said and not counted.
        JsonElement[] events = [.. report.GetProperty("outcomes").EnumerateArray()];
        JsonElement[] begun = [.. events.Where(e => !e.GetProperty("wasAlarming").GetBoolean())];
        JsonElement[] unsure = [.. events.Where(e => e.GetProperty("wasAlarming").GetBoolean() && falseRows[Recording(e)] == 0)];
        string[] stood = [.. events.Select(Recording).Except(begun.Concat(unsure).Select(Recording))];
        JsonElement[] found = [.. begun.Where(e => e.GetProperty("delaySeconds").ValueKind == JsonValueKind.Number)];
        Figures.Say(string.Create(CultureInfo.InvariantCulture,
            $"closures found: {found.Length + unsure.Length} of {begun.Length + unsure.Length} before which no alarm stood in a normal row, {unsure.Length} of them in the unsure rows before the label, the slowest {found.Max(e => e.GetProperty("delaySeconds").GetDouble())} s after it; not counted, for an alarm may have stood: {stood.Length} of {events.Length} ({stood.Length - stood.Intersect(longest).Count()} of them short: {string.Join(", ", stood)})"));

        Assert.True(longest.Count(n => falseAlarms[n] < 0.02) >= 9, "false alarms");
        Assert.Equal(falseAlarms.Count, events.Length);
        Assert.Equal(begun.Length, found.Length);
        Assert.All(found, e => Assert.True(e.GetProperty("delaySeconds").GetDouble() <= 60, $"found late: {e}"));
        Assert.True(begun.Length + unsure.Length >= LongInstances, $"only {begun.Length + unsure.Length} closures before which no alarm stood in a normal row");
    }

    static string Recording(JsonElement outcome) => outcome.GetProperty("recording").GetString()!;

    static JsonElement Evaluate(TempFolder temp)
    {
        var root = new RootCommand { EvaluateVerb.Create((recipe, folder) => PipelineEngine.Load(Path.Combine(folder, recipe.PipelineFile))) };
        using var said = new StringWriter();
        using var complained = new StringWriter();
        int code = root.Parse(["evaluate", "--recipe", temp["recipe.yaml"], "--no-controls", "--json"]).Invoke(new InvocationConfiguration { Output = said, Error = complained });
        Assert.True(code == VerbEnd.Done, said.ToString() + complained);
        return JsonDocument.Parse(said.ToString()).RootElement;
    }

    static string Recipe(string wells)
    {
        var columns = new StringBuilder();
        foreach ((string signal, string unit) in Tags)
            columns.Append(CultureInfo.InvariantCulture, $"    {signal}: {{signal: {signal}, unit: {unit}}}\n");
        return $$"""
            kind: Recipe
            name: valve-closure
            version: 1.0.0
            data:
              csv: "{{wells}}/WELL-00011_*.csv"
              asset: WELL-00011
              time: {column: timestamp, format: "yyyy-MM-dd HH:mm:ss.ffffff"}
              columns:
            {{columns}}
            labels: {column: class, normal: ["0"]}
            normal: {labelled: true}
            pipeline: {file: pipeline.yaml}
            model: {type: t2q, limit: {method: empirical, quantile: 0.99, margin: 4} }
            postprocessing: {minDuration: PT3S}
            evaluate: {by: self, share: 0.6}
            """;
    }

    static string Pipeline()
    {
        var yaml = new StringBuilder("kind: FeaturePipeline\nid: moved\nversion: 1.0.0\nvector:\n  at: each-event-time\n");
        yaml.Append(CultureInfo.InvariantCulture, $"  columns: [{string.Join(", ", Tags.Select(t => t.Signal + ".moved"))}]\ninputs:\n");
        foreach ((string signal, string unit) in Tags)
            yaml.Append(CultureInfo.InvariantCulture, $"  - {{signal: {signal}, unit: {unit}}}\n");
        yaml.Append("features:\n");
        foreach ((string signal, _) in Tags)
        {
            yaml.Append(CultureInfo.InvariantCulture, $"  - {{name: {signal}.now, op: mean, of: {signal}, window: PT10S}}\n  - {{name: {signal}.usual, op: mean, of: {signal}, window: PT2M}}\n");
            yaml.Append(CultureInfo.InvariantCulture, $"  - {{name: {signal}.moved, op: difference, of: [{signal}.now, {signal}.usual]}}\n");
        }

        return yaml.ToString();
    }
}
