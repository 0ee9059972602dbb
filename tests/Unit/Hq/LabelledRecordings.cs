using System.Globalization;
using System.Text;
using EdgeRuntime.Hq.Releases;

namespace EdgeRuntime.Tests.Unit.Hq;

/// <summary>Six short recordings of two machines, each with one fault that lifts the pressure; a1 begins with the last 30 rows of a0, of which people call 10 something else.</summary>
static class LabelledRecordings
{
    internal const string Recipe = """
        kind: Recipe
        name: skid-faults
        version: 1.0.0
        data:
          csv: "*.csv"
          time: {column: t}
          columns:
            P: {signal: pressure, unit: bar}
            F: {signal: flow}
            M: {signal: mode}
        labels: {column: fault, fault: cell}
        pipeline: {id: skid, version: 1.0.0, sha256: "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"}
        model: {type: boosting, trees: 20, leaves: 4, rowsPerLeaf: 10, learningRate: 0.2}
        split: {folds: 3}
        seed: 3
        """;

    internal static readonly Provenance Provenance = new(new("", "abc", null), "test", EdgeRuntime.Facts.Digest.None, "x64");

    /// <summary>recipe.yaml and the recordings.</summary>
    internal static void Write(string folder, string recipe = Recipe)
    {
        File.WriteAllText(Path.Combine(folder, "recipe.yaml"), recipe);
        var random = new Random(5);
        string[] last = [];
        for (int file = 0; file < 6; file++)
        {
            var rows = new List<string>();
            for (int i = 0; i < 200; i++)
            {
                bool shared = file == 1 && i < 30, isFault = i is >= 120 and < 160;
                double load = TinyPlant.Normal(random), pressure = 10 + load + (isFault ? 4 : 0), flow = 5 - load + (0.3 * TinyPlant.Normal(random));
                string cells = shared ? last[170 + i] : string.Create(CultureInfo.InvariantCulture, $"{pressure:R},{flow:R},1");
                rows.Add(string.Create(CultureInfo.InvariantCulture, $"2026-01-0{file + 1} 00:{i / 60:D2}:{i % 60:D2},{cells},{(isFault || (shared && i < 10) ? "leak" : "0")}"));
            }

            last = file == 0 ? [.. rows.Select(r => r.Split(',', 2)[1]).Select(r => r[..r.LastIndexOf(',')])] : last;
            File.WriteAllText(Path.Combine(folder, $"a{file}.csv"), "t,P,F,M,fault\n" + string.Join('\n', rows) + "\n", Encoding.UTF8);
        }
    }
}
