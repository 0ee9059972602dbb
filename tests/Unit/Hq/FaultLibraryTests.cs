using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using EdgeRuntime.FirmwareSim.Verbs;
using EdgeRuntime.Hq.Datasets;
using EdgeRuntime.Hq.Verbs;
using EdgeRuntime.Tests.Kit;
using Xunit;

namespace EdgeRuntime.Tests.Unit.Hq;

/// <summary>
/// The pretend plant's fault library with the shipped recipes, by the product's own verbs: learned from seeds 1 to 20, asked about seeds 21 to 40. Faults of the process are the model's to find; faults of sensors and clocks
/// are validation's, or the model's where a value is wrong and possible. What is harmless is normal. Twelve hours of each seed with TESTS_FULL=1, else six hours of six and six.
/// </summary>
public sealed class FaultLibraryTests : IDisposable
{
    const double FalseEpisodesPerDayMax = 1;

    static readonly string[] Process = ["bearing-wear", "cavitation", "imbalance", "leak", "valve-closing"];

    static readonly bool IsFull = Environment.GetEnvironmentVariable("TESTS_FULL") == "1";
    static readonly int Seeds = IsFull ? 20 : 6;
    static readonly string For = IsFull ? "PT12H" : "PT6H";

    readonly string _folder = Directory.CreateTempSubdirectory("fault-library").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Known_faults_are_found_by_boosting_and_unlike_ones_by_T2_and_Q()
    {
        await MakeAsync();
        JsonElement known = Evaluate("faults.yaml");
        (int events, int found, int either, double episodes, double days) = Sum(known, "boosting, learned from labels");
        Assert.True(found >= 0.9 * events, $"boosting found {found} of {events} faults of the process");
        // Six seeds show a drift or a wrong unit of one signal once or never, which is too little to learn it from.
        Assert.True(!IsFull || either >= 0.9 * All(known, "events"), $"boosting or validation found {either} of {All(known, "events")} faults");
        Assert.True(IsRare(episodes, days), $"boosting: {episodes} false episodes in {days:F2} days");
        Assert.True(IsRare(known.GetProperty("validation").GetProperty("falseEpisodes").GetInt32(), days), "validation refused data where nothing was wrong");

        // T² and Q learn from normal rows alone, so each fault is one that was left out; one limit serves all of them.
        JsonElement unlike = Evaluate("unusual.yaml");
        (_, _, either, episodes, days) = Sum(unlike, "T2 + Q, every fault left out");
        Assert.True(either >= 0.9 * All(unlike, "events"), $"T2 + Q or validation found {either} of {All(unlike, "events")} faults");
        foreach (string fault in Process)
        {
            JsonElement of = Fault(unlike, fault);
            Assert.True(of.GetProperty("foundByModel").GetInt32() >= 0.8 * of.GetProperty("events").GetInt32(), $"{fault}, never learned from: {of}");
        }

        Assert.True(IsRare(episodes, days), $"T2 + Q: {episodes} false episodes in {days:F2} days");
    }

    /// <summary>A short run holds less than a day, of which one episode is no rate.</summary>
    static bool IsRare(double episodes, double days) => episodes <= Math.Max(1, Math.Floor(FalseEpisodesPerDayMax * days));

    static (int Events, int Found, int Either, double Episodes, double Days) Sum(JsonElement report, string model)
    {
        JsonElement[] process = [.. Process.Select(f => Fault(report, f))];
        int events = process.Sum(f => f.GetProperty("events").GetInt32()), found = process.Sum(f => f.GetProperty("foundByModel").GetInt32()), either = All(report, "foundByEither");
        JsonElement counts = report.GetProperty("alarms").GetProperty("counts");
        double episodes = counts.GetProperty("falseEpisodes").GetDouble(), days = counts.GetProperty("normalHours").GetDouble() / 24;
        int refused = report.GetProperty("validation").GetProperty("falseEpisodes").GetInt32();
        Figures.Say(string.Create(CultureInfo.InvariantCulture,
            $"Fault library, {model}, seeds 21-{20 + Seeds}: {found} of {events} process faults ({100.0 * found / events:F1} %), {episodes} false episodes in {days:F2} days of normal ({episodes / days:F2} a day); with validation {either} of all {All(report, "events")} faults, its own false episodes {refused}"));
        Figures.Say("  " + string.Join(", ", report.GetProperty("validation").GetProperty("faults").EnumerateArray().Select(f =>
            $"{f.GetProperty("fault").GetString()} {f.GetProperty("foundByModel")}+{f.GetProperty("foundByValidation")} of {f.GetProperty("events")}")) + " (model + validation)");
        return (events, found, either, episodes, days);
    }

    static int All(JsonElement report, string what) => report.GetProperty("validation").GetProperty(what).GetInt32();

    static JsonElement Fault(JsonElement report, string name) =>
        report.GetProperty("validation").GetProperty("faults").EnumerateArray().Single(f => f.GetProperty("fault").GetString() == name);

    /// <summary>As firmware-sim/fault-library/make.sh makes it.</summary>
    async Task MakeAsync()
    {
        foreach (string file in Directory.GetFiles(Path.Combine(TestData.Repository, "firmware-sim", "fault-library"), "*.yaml"))
            File.Copy(file, Path.Combine(_folder, Path.GetFileName(file)));
        var truths = new List<string>();
        foreach (int seed in Enumerable.Range(1, Seeds).Concat(Enumerable.Range(21, Seeds)))
        {
            string plant = Path.Combine(_folder, "plant", seed <= 20 ? "early" : "late"), script = Path.Combine(_folder, "script"), truth = Path.Combine(_folder, "truth-of-one.csv");
            string day = new DateTime(2026, 1, 1).AddDays(seed * 2).ToString("yyyy-MM-dd'T00:00:00Z'", CultureInfo.InvariantCulture);
            string number = seed.ToString("D2", CultureInfo.InvariantCulture);
            Directory.CreateDirectory(plant);
            await SimAsync("faults", "--seed", number, "--for", For, "--out", script);
            await SimAsync("simulate", "--script", script, "--rate", "1", "--start", day, "--for", For, "--out", Path.Combine(plant, $"seed-{number}.csv"), "--received", "--truth-out", truth);
            string[] lines = await File.ReadAllLinesAsync(truth, TestContext.Current.CancellationToken);
            truths.AddRange(truths.Count == 0 ? lines : lines[1..]);
        }

        await File.WriteAllLinesAsync(Path.Combine(_folder, "truth.csv"), truths, TestContext.Current.CancellationToken);
    }

    static async Task SimAsync(params string[] arguments)
    {
        using var errors = new StringWriter();
        int code = await FirmwareSimCommand.RunAsync(arguments, TextWriter.Null, errors, TimeProvider.System);
        Assert.True(code == 0, errors.ToString());
    }

    JsonElement Evaluate(string recipe)
    {
        var root = new RootCommand { EvaluateVerb.Create((r, folder) => PipelineEngine.Load(Path.Combine(folder, r.PipelineFile))) };
        using var said = new StringWriter();
        using var complained = new StringWriter();
        string[] arguments = ["evaluate", "--recipe", Path.Combine(_folder, recipe), "--no-controls", "--json"];
        int code = root.Parse(arguments).Invoke(new InvocationConfiguration { Output = said, Error = complained });
        Assert.True(code == 0, complained.ToString() + said);
        return JsonDocument.Parse(said.ToString()).RootElement.Clone();
    }
}
