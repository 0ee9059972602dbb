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

    // An alarm that always stands has no false episodes: each touches an event. It alarms in every normal row, and stands already when an event begins.
    const double FalseAlarmRateMax = 0.02, AlreadyAlarmingShareMax = 0.05;

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
        Found boosting = Sum(known, "boosting, learned from labels");
        Assert.True(boosting.ByModel >= 0.9 * boosting.Process, $"boosting found {boosting.ByModel} of {boosting.Process} faults of the process");
        // Six seeds show a drift or a wrong unit of one signal once or never, which is too little to learn it from.
        Assert.True(!IsFull || boosting.ByEither >= 0.9 * boosting.All, $"boosting or validation found {boosting.ByEither} of {boosting.All} faults");
        IsQuiet("boosting", boosting);

        // T² and Q learn from normal rows alone, so each fault is one that was left out; one limit serves all of them.
        JsonElement unlike = Evaluate("unusual.yaml");
        Found distance = Sum(unlike, "T2 + Q, every fault left out");
        Assert.True(distance.ByEither >= 0.9 * distance.All, $"T2 + Q or validation found {distance.ByEither} of {distance.All} faults");
        foreach (string fault in Process)
        {
            JsonElement of = Fault(unlike, fault);
            Assert.True(of.GetProperty("foundByModel").GetInt32() >= 0.8 * of.GetProperty("events").GetInt32(), $"{fault}, never learned from: {of}");
        }

        IsQuiet("T2 + Q", distance);
    }

    /// <summary>Where nothing is wrong, alone and together with validation. A short run holds less than a day, of which one episode is no rate.</summary>
    static void IsQuiet(string model, Found found)
    {
        double episodesMax = Math.Max(1, Math.Floor(FalseEpisodesPerDayMax * found.Days));
        Assert.True(found.Episodes <= episodesMax, $"{model}: {found.Episodes} false episodes in {found.Days:F2} days");
        Assert.True(found.Episodes + found.RefusalEpisodes <= episodesMax, $"{model} and validation: {found.Episodes} + {found.RefusalEpisodes} false episodes in {found.Days:F2} days");
        Assert.True(found.FalseAlarmRate <= FalseAlarmRateMax, $"{model}: alarms in {found.FalseAlarmRate:P2} of the normal rows");
        Assert.True(found.WasAlarming <= AlreadyAlarmingShareMax * found.All, $"{model}: an alarm stood already when {found.WasAlarming} of {found.All} events began");
    }

    static Found Sum(JsonElement report, string model)
    {
        JsonElement[] process = [.. Process.Select(f => Fault(report, f))];
        JsonElement alarms = report.GetProperty("alarms"), counts = alarms.GetProperty("counts");
        var found = new Found(
            process.Sum(f => f.GetProperty("events").GetInt32()), process.Sum(f => f.GetProperty("foundByModel").GetInt32()), All(report, "events"), All(report, "foundByEither"),
            report.GetProperty("events").GetProperty("wasAlarming").GetInt32(), alarms.GetProperty("falseAlarmRate").GetProperty("value").GetDouble(),
            counts.GetProperty("falseEpisodes").GetDouble(), All(report, "falseEpisodes"), counts.GetProperty("normalHours").GetDouble() / 24);
        Figures.Say(string.Create(CultureInfo.InvariantCulture,
            $"Fault library, {model}, seeds 21-{20 + Seeds}: {found.ByModel} of {found.Process} process faults ({100.0 * found.ByModel / found.Process:F1} %), {found.Episodes} false episodes in {found.Days:F2} days of normal ({found.Episodes / found.Days:F2} a day), FAR {100 * found.FalseAlarmRate:F2} %; an alarm stood already when {found.WasAlarming} of {found.All} events began; with validation {found.ByEither} of all {found.All} faults and {found.Episodes} + {found.RefusalEpisodes} false episodes ({(found.Episodes + found.RefusalEpisodes) / found.Days:F2} a day)"));
        Figures.Say("  " + string.Join(", ", report.GetProperty("validation").GetProperty("faults").EnumerateArray().Select(f =>
            $"{f.GetProperty("fault").GetString()} {f.GetProperty("foundByModel")}+{f.GetProperty("foundByValidation")} of {f.GetProperty("events")}")) + " (model + validation)");
        return found;
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

    /// <param name="Process">Events of faults of the process, of which the model alone found <paramref name="ByModel"/>.</param>
    /// <param name="All">Events of every fault, of which model or validation found <paramref name="ByEither"/>.</param>
    /// <param name="WasAlarming">Events of all during which an alarm merely went on.</param>
    /// <param name="RefusalEpisodes">False episodes of validation.</param>
    /// <param name="Days">Of normal.</param>
    sealed record Found(int Process, int ByModel, int All, int ByEither, int WasAlarming, double FalseAlarmRate, double Episodes, int RefusalEpisodes, double Days);
}
