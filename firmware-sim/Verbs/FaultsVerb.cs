using System.CommandLine;
using System.Text;
using System.Text.Json;
using EdgeRuntime.FirmwareSim.Faults;
using EdgeRuntime.Settings;

namespace EdgeRuntime.FirmwareSim.Verbs;

/// <summary><c>firmware-sim faults</c>: a script of faults drawn from a seed, for <c>simulate --script</c>.</summary>
sealed class FaultsVerb
{
    public const string Examples = """
          Six hours with two faults an hour of every kind, and the plant and its truth from it:
            firmware-sim faults --seed 7 --for PT6H --out faults.yaml
            firmware-sim simulate --script faults.yaml --rate 1 --start 2026-01-01T00:00:00Z --for PT6H --out plant.csv --truth-out truth.csv
          Faint faults of two kinds on one skid of several, after an hour of normal:
            firmware-sim faults --seed 8 --for P1D --asset P-102 --kind bearing-wear leak --severity 0.1..0.3 --normal PT1H --out faint.yaml
          What looks unusual and is not wrong:
            firmware-sim faults --seed 9 --for PT6H --kind harmless --per-hour 6 --out harmless.yaml
        """;

    static readonly string Known = string.Join(", ", FaultNames.Kinds.Keys);

    readonly Option<long> _seed = new("--seed") { Description = "Seed of the draw, and of the plant that plays the script", DefaultValueFactory = _ => 1 };
    readonly Option<string> _for = new("--for") { Description = "Plant time that the script covers, as PT6H", Required = true };
    readonly Option<string[]> _asset = new("--asset") { Description = "Skid that gets faults of its own; may be repeated (default: every skid gets the same)" };
    readonly Option<string[]> _kind = new("--kind")
    {
        Description = $"Kinds to draw from, each as often as any other (default all): {Known}; or a class: process, sensor, harmless", AllowMultipleArgumentsPerToken = true,
    };
    readonly Option<double> _perHour = new("--per-hour") { Description = "Faults per hour and skid, after the first stretch of normal; at most 20", DefaultValueFactory = _ => 2 };
    readonly Option<string> _severity = new("--severity") { Description = "Severity, or a range to draw it from: 0.1 is barely there, 1 is gross", DefaultValueFactory = _ => "0.3..1" };
    readonly Option<string> _normal = new("--normal") { Description = "First stretch without a fault", DefaultValueFactory = _ => "PT10M" };
    readonly Option<string?> _out = new("--out") { Description = "Write the script to this file (default: standard output)" };

    public FaultsVerb()
    {
        Command = new Command("faults", "Draw a script of faults from a seed: they never overlap, and there is normal time between them. The same options give the same bytes.")
        {
            _seed, _for, _asset, _kind, _perHour, _severity, _normal, _out,
        };
        Command.SetAction(RunAsync);
    }

    public Command Command { get; }

    async Task<int> RunAsync(ParseResult parsed, CancellationToken stop)
    {
        FaultPlanOptions options = ReadOptions(parsed);
        FaultScript script = FaultPlan.Draw(options);
        string yaml = FaultScriptYaml.Write(script, Again(options));
        if (Encoding.UTF8.GetByteCount(yaml) > SettingsDocument.BytesMax)
            throw new UsageException(FormattableString.Invariant($"{script.Faults.Count} faults do not fit into the {SettingsDocument.BytesMax} bytes that a script may have; ask for fewer, or for several scripts."));
        TextWriter output = parsed.InvocationConfiguration.Output;
        if (parsed.GetValue(_out) is not { } path)
        {
            await output.WriteAsync(yaml.AsMemory(), stop);
            return ExitCode.Done;
        }

        await using (StreamWriter file = OptionText.Create("--out", path))
            await file.WriteAsync(yaml.AsMemory(), stop);
        await output.WriteLineAsync(JsonSerializer.Serialize(new
        {
            faults = script.Faults.Count,
            kinds = script.Faults.GroupBy(f => f.Kind).OrderBy(g => g.Key).ToDictionary(g => FaultNames.Of(g.Key), g => g.Count()),
        }));
        return ExitCode.Done;
    }

    FaultPlanOptions ReadOptions(ParseResult parsed)
    {
        string[] assets = parsed.GetValue(_asset) ?? [];
        if (assets.Distinct(StringComparer.Ordinal).Count() != assets.Length)
            throw new UsageException("--asset names the same skid twice.");
        string[] kinds = parsed.GetValue(_kind) ?? [];
        (double low, double high) = OptionText.Severity("--severity", parsed.GetValue(_severity)!);
        return new FaultPlanOptions
        {
            Seed = parsed.GetValue(_seed),
            For = OptionText.Duration("--for", parsed.GetValue(_for)!),
            Normal = OptionText.Duration("--normal", parsed.GetValue(_normal)!),
            Assets = [.. assets.Select(a => PlantTopics.Level("--asset", a))],
            Kinds = kinds.Length == 0 ? Enum.GetValues<FaultKind>() : [.. kinds.SelectMany(k => k.Split(',')).SelectMany(KindsOf).Distinct().Order()],
            PerHour = parsed.GetValue(_perHour),
            SeverityMin = low,
            SeverityMax = high,
        };
    }

    static IEnumerable<FaultKind> KindsOf(string name)
    {
        if (FaultNames.Kinds.TryGetValue(name, out FaultKind kind))
            return [kind];
        FaultKind[] ofClass = [.. FaultNames.Kinds.Values.Where(k => FaultNames.Of(FaultNames.ClassOf(k)) == name)];
        return ofClass.Length > 0 ? ofClass : throw new UsageException($"--kind is '{name}'; it must be one of {Known}, or process, sensor or harmless.");
    }

    /// <summary>The line that makes these bytes again.</summary>
    static string Again(FaultPlanOptions options)
    {
        var line = new List<string> { FormattableString.Invariant($"firmware-sim faults --seed {options.Seed} --for {PlantTime.Format(options.For)} --normal {PlantTime.Format(options.Normal)}") };
        line.Add(FormattableString.Invariant($"--per-hour {options.PerHour} --severity {options.SeverityMin}..{options.SeverityMax}"));
        line.AddRange(options.Assets.Select(a => "--asset " + JsonSerializer.Serialize(a)));
        if (options.Kinds.Count < FaultNames.Kinds.Count)
            line.Add("--kind " + string.Join(' ', options.Kinds.Select(FaultNames.Of)));
        return string.Join(' ', line);
    }
}
