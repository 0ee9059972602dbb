using System.Globalization;
using System.Text;
using System.Text.Json;
using EdgeRuntime.Tests.Kit;
using Xunit;

namespace EdgeRuntime.Tests.EndToEnd.MainJob;

/// <summary>As an engineer does it, with the programs alone: a plant with known faults, its CSV or a box's journal with the truth beside it, a classifier, what it is worth, and a box that takes it.</summary>
public sealed class TrainedClassifierTests : IDisposable
{
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    // Two hours, one scan a second.
    const int Scans = 7200;

    readonly string _folder = Directory.CreateTempSubdirectory("trained-classifier-").FullName;

    public TrainedClassifierTests() =>
        File.Copy(Path.Combine(TestData.Repository, "firmware-sim", "demo-site", "pipeline.yaml"), Path.Combine(_folder, "pipeline.yaml"));

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task From_CSV_it_is_trained_twice_to_the_same_bytes_evaluated_and_taken_by_a_box()
    {
        var truth = new StringBuilder("asset,fault,class,signal,severity,from,to\n");
        for (int seed = 1; seed <= 6; seed++)
        {
            await FaultsAsync(seed, "PT1H");
            await DoneAsync("firmware-sim", "simulate", "--seed", Text(seed), "--script", At("faults.yaml"), "--rate", "1", "--start", $"2026-01-0{seed}T00:00:00Z", "--for", "PT1H", "--out", At($"plant{seed}.csv"), "--truth-out", At("one.csv"));
            foreach (string line in File.ReadLines(At("one.csv")).Skip(1))
                truth.Append(line).Append('\n');
        }

        File.WriteAllText(At("truth.csv"), truth.ToString());
        WriteRecipe("""
            data:
              csv: "plant*.csv"
              asset: P-101
              time: {column: t, format: "yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", zone: utc}
              columns:
                suction_pressure: {signal: suction_pressure, unit: bar}
                discharge_pressure: {signal: discharge_pressure, unit: bar}
                flow: {signal: flow, unit: m3/h}
                motor_current: {signal: motor_current, unit: A}
                vibration_de: {signal: vibration_de, unit: mm/s}
                vibration_nde: {signal: vibration_nde, unit: mm/s}
                bearing_temperature: {signal: bearing_temperature, unit: degC}
                motor_temperature: {signal: motor_temperature, unit: degC}
                voltage: {signal: voltage, unit: V}
                valve_position: {signal: valve_position, unit: "%"}
            split: {folds: 3}
            """);
        string[] servings = [await TrainAsync("one"), await TrainAsync("two")];
        Assert.Equal(servings[0], servings[1]);
        JsonElement report = await EvaluateAsync("--folds", "3");
        Assert.Equal("holds-up", report.GetProperty("verdict").GetProperty("standing").GetString());
        Assert.Equal(2, report.GetProperty("shuffled").GetArrayLength());
        await CheckAsync("one");
        Say("CSV", report);
    }

    [Fact]
    public async Task From_a_journal_it_is_trained_evaluated_and_taken_by_the_box_that_wrote_it()
    {
        Assert.SkipWhen(Mosquitto.Program is null, Mosquitto.Absent);
        await using Mosquitto broker = await Mosquitto.StartNewAsync();
        using var box = new BoxFolder(FreePort.Next());
        PumpSite.Lay(box, broker.Port);
        await FaultsAsync(3, "PT2H");
        using (ProductProcess service = await RunningBox.StartAsync(box))
        {
            await RunningBox.WhenSourceIsAsync(box, "plant", "connected");
            // A small buffer makes it wait for the broker: what is owed at the end is dropped after a while, and said.
            await DoneAsync("firmware-sim", "simulate", "--broker", FormattableString.Invariant($"127.0.0.1:{broker.Port}"), "--seed", "3", "--script", At("faults.yaml"), "--rate", "1", "--start", "2026-01-01T00:00:00Z", "--for", "PT2H", "--speed", "max", "--buffer", "100", "--truth-out", At("truth.csv"));
            await RunningBox.WhenAsync("two hours are stored", () => RunningBox.Journal(box).Sum(b => b.Batch.Samples.Count(s => s.Tag == "P-101.flow")) >= Scans);
            Assert.Equal(0, await service.StopAsync(Patience));
        }

        WriteRecipe($$"""
            data: {journal: "{{box.Data.Replace(Path.DirectorySeparatorChar, '/')}}", asset: P-101}
            split: {by: time, folds: 2}
            """);
        await TrainAsync("one");
        JsonElement report = await EvaluateAsync("--folds", "2");
        // One recording is no independent witness, and the report says so.
        Assert.Equal("cannot-tell", report.GetProperty("verdict").GetProperty("standing").GetString());
        await CheckAsync("one");
        Say("journal", report);
    }

    void WriteRecipe(string data) => File.WriteAllText(At("recipe.yaml"), $$"""
        kind: Recipe
        name: cavitation
        version: 1.0.0
        {{data}}
        labels: {file: truth.csv, margin: PT10S}
        pipeline: {file: pipeline.yaml}
        model: {type: boosting, trees: 40, leaves: 8}
        seed: 1
        """);

    async Task FaultsAsync(int seed, string time) =>
        await DoneAsync("firmware-sim", "faults", "--seed", Text(seed), "--for", time, "--kind", "cavitation", "--per-hour", "5", "--normal", "PT5M", "--out", At("faults.yaml"));

    async Task<string> TrainAsync(string release) =>
        JsonDocument.Parse(await DoneAsync("edgehq", "train", "--recipe", At("recipe.yaml"), "--output", At(release), "--json")).RootElement.GetProperty("serving").GetString()!;

    async Task<JsonElement> EvaluateAsync(params string[] options)
    {
        JsonElement report = JsonDocument.Parse(await DoneAsync("edgehq", ["evaluate", "--recipe", At("recipe.yaml"), "--json", .. options])).RootElement;
        JsonElement events = report.GetProperty("events");
        Assert.True(events.GetProperty("found").GetInt32() >= 0.9 * events.GetProperty("all").GetInt32(), events.ToString());
        Assert.True(report.GetProperty("alarms").GetProperty("falseAlarmRate").GetProperty("value").GetDouble() <= 0.02, report.GetProperty("alarms").ToString());
        return report;
    }

    /// <summary>A box of its own with the release and nothing else.</summary>
    async Task CheckAsync(string release)
    {
        using var box = new BoxFolder(FreePort.Next());
        PumpSite.Lay(box, FreePort.Next());
        Directory.Move(At(release), Path.Combine(box.Registry, release));
        box.With("site.yaml", File.ReadAllText(Path.Combine(box.Site, "site.yaml")).Replace("release: pump-skid", "release: " + release, StringComparison.Ordinal));
        (int exit, string output, string errors) = await RunningBox.VerbAsync("check", box);
        Assert.True(exit == 0, output + errors);
        Assert.Contains("P-101: cavitation 1.0.0", output, StringComparison.Ordinal);
        Assert.Contains("loads and repeats its golden run", output, StringComparison.Ordinal);
    }

    static void Say(string from, JsonElement report)
    {
        JsonElement alarms = report.GetProperty("alarms"), events = report.GetProperty("events");
        double Value(string name) => alarms.GetProperty(name).GetProperty("value").GetDouble();
        Figures.Say(string.Create(CultureInfo.InvariantCulture, $"from {from}: F1 {Value("f1"):0.000}, FAR {Value("falseAlarmRate"):P1}, MAR {Value("missedAlarmRate"):P1}, {Value("falseEpisodesPerHour"):0.0} false episodes an hour; {events.GetProperty("found")} of {events.GetProperty("all")} events found"));
    }

    static async Task<string> DoneAsync(string program, params string[] arguments)
    {
        (int exit, string output, string errors) = await ProductProcess.RunAsync(Patience, program, arguments);
        Assert.True(exit == 0, $"{program} {string.Join(' ', arguments)}: {output}{errors}");
        return output;
    }

    string At(string name) => Path.Combine(_folder, name);

    static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
