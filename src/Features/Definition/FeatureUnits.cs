using EdgeRuntime.Settings;

namespace EdgeRuntime.Features.Definition;

/// <summary>The unit of every feature follows from its operator and what it is made of; a difference of two different units is refused.</summary>
static class FeatureUnits
{
    const string PureNumber = "1";

    public static IReadOnlyList<FeatureDefinition> Apply(
        IReadOnlyList<SettingsNode> nodes, IReadOnlyList<FeatureDefinition> features, IReadOnlyList<SignalInput> inputs)
    {
        Dictionary<string, FeatureDefinition> byName = features.DistinctBy(f => f.Name).ToDictionary(f => f.Name, StringComparer.Ordinal);
        var unitOf = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (FeatureDefinition feature in FeatureOrder.Of(byName.Keys, byName, out _))
        {
            string[] of = [.. feature.Of.Select(source => feature.Operator.IsDerived()
                ? unitOf.GetValueOrDefault(source, "")
                : inputs.FirstOrDefault(i => i.Signal == source)?.Unit ?? "")];
            if (feature.Operator == FeatureOperator.Difference && of.Length == 2 && of[0] != of[1])
                nodes[IndexOf(features, feature)].Violate("of",
                    $"subtracts '{feature.Of[1]}' in '{of[1]}' from '{feature.Of[0]}' in '{of[0]}'; a difference needs one unit.");
            unitOf[feature.Name] = Unit(feature.Operator, of);
        }

        return [.. features.Select(f => f with { Unit = unitOf.GetValueOrDefault(f.Name, "") })];
    }

    static string Unit(FeatureOperator op, string[] of) => op switch
    {
        FeatureOperator.Age or FeatureOperator.TimeInState => "s",
        FeatureOperator.Count or FeatureOperator.BadRatio or FeatureOperator.ZScore or FeatureOperator.Kurtosis or FeatureOperator.Crest => PureNumber,
        FeatureOperator.BandEnergy => Squared(of[0]),
        FeatureOperator.Slope or FeatureOperator.Rate => (of[0].Length == 0 ? PureNumber : of[0]) + "/s",
        FeatureOperator.Ratio when of.Length == 2 => of[0] == of[1] ? PureNumber : $"{(of[0].Length == 0 ? PureNumber : of[0])}/{(of[1].Length == 0 ? PureNumber : of[1])}",
        _ => of.Length > 0 ? of[0] : "",
    };

    static string Squared(string unit) => unit.Length == 0 || unit == PureNumber ? PureNumber : unit.All(char.IsLetter) ? $"{unit}²" : $"({unit})²";

    static int IndexOf(IReadOnlyList<FeatureDefinition> features, FeatureDefinition feature)
    {
        for (int i = 0; i < features.Count; i++)
        {
            if (ReferenceEquals(features[i], feature))
                return i;
        }

        return 0;
    }
}
