using System.Globalization;
using EdgeRuntime.Hq.Recipes;
using EdgeRuntime.Hq.Training;

namespace EdgeRuntime.Hq.Releases;

/// <summary>Rules of the floor in their written form, and a first set of them from the normal period for a recipe that has none.</summary>
static class RuleSkeleton
{
    /// <summary>Two rules for each feature that varies: above and below what the simple model takes for normal, in the feature's own unit.</summary>
    internal static IReadOnlyList<FloorRule> Of(IReadOnlyList<VectorColumn> columns, LargestDeviation simple, TimeSpan lasting)
    {
        var rules = new List<FloorRule>();
        for (int j = 0; j < columns.Count; j++)
        {
            if (simple.Scale.IsConstant(j))
                continue;
            double reach = simple.Limit * simple.Scale.Std[j];
            double high = Rounded(simple.Scale.Mean[j] + reach), low = Rounded(simple.Scale.Mean[j] - reach);
            (string name, string unit) = (columns[j].Name, columns[j].Unit.Length > 0 ? " " + columns[j].Unit : "");
            rules.Add(new FloorRule($"{name}-high", name, high, null, lasting, $"{name} is above {Text(high)}{unit}, higher than in the normal period."));
            rules.Add(new FloorRule($"{name}-low", name, null, low, lasting, $"{name} is below {Text(low)}{unit}, lower than in the normal period."));
        }

        return rules;
    }

    internal static byte[] Write(IReadOnlyList<FloorRule> rules)
    {
        YamlText yaml = new YamlText().Line(0, "kind", new Word("Rules"));
        if (rules.Count == 0)
            return yaml.Line(0, "rules", Array.Empty<object>()).ToBytes();
        yaml.Open(0, "rules");
        foreach (FloorRule rule in rules)
        {
            (string, object) limit = rule.Above is { } above ? ("above", above) : ("below", rule.Below!.Value);
            FlowMap when = YamlText.Map(("feature", rule.Feature), limit, ("for", new Word(YamlText.Duration(rule.For))));
            yaml.Item(1, YamlText.Map(("name", rule.Name), ("when", when), ("state", new Word("anomaly")), ("say", rule.Say)));
        }

        return yaml.ToBytes();
    }

    // Four digits are what a person reads off an instrument; more would pretend.
    static double Rounded(double value) => double.Parse(value.ToString("G4", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);

    static string Text(double value) => value.ToString("R", CultureInfo.InvariantCulture);
}
