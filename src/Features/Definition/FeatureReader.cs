using EdgeRuntime.Settings;

namespace EdgeRuntime.Features.Definition;

/// <summary>Reads <c>features</c>: each names its operator, and only the parameters of that operator are known keys.</summary>
static class FeatureReader
{
    public static IReadOnlyList<FeatureDefinition> Read(SettingsNode root, IReadOnlyList<SignalInput> inputs)
    {
        IReadOnlyList<SettingsNode> nodes = root.List("features");
        var features = new List<FeatureDefinition>();
        foreach (SettingsNode node in nodes)
        {
            FeatureDefinition feature = ReadFeature(node);
            if (features.Exists(f => f.Name == feature.Name))
                node.Violate("name", $"is '{feature.Name}' a second time; every feature has a name of its own.");
            features.Add(feature);
        }

        if (features.Count is 0 or > FeatureLimits.FeaturesMax)
            root.Violate("features", $"has {features.Count} features; a pipeline computes 1 to {FeatureLimits.FeaturesMax}.");
        CheckSources(nodes, features, inputs);
        return FeatureUnits.Apply(nodes, features, inputs);
    }

    static FeatureDefinition ReadFeature(SettingsNode node)
    {
        string name = Written.Name(node, "name");
        FeatureOperator op = node.Choice("op", FeatureOperators.ByName);
        if (!FeatureOperators.ByName.ContainsKey(node.TextOr("op", "")))
        {
            return Unreadable(node, name);
        }

        return new FeatureDefinition
        {
            Name = name,
            Operator = op,
            Of = ReadSources(node, op),
            Window = op.HasWindow() ? Durations.Required(node, "window") : default,
            Lag = op == FeatureOperator.Lag ? Durations.Required(node, "lag") : default,
            TimeConstant = op == FeatureOperator.Ewma ? Durations.Required(node, "timeConstant") : default,
            Mean = op == FeatureOperator.ZScore ? node.Number("mean") : default,
            Std = op == FeatureOperator.ZScore ? ReadStd(node) : default,
            Unit = "",
        };
    }

    /// <summary>Which keys belong here is not known without the operator: they are all read, so that one violation is told and not one per key.</summary>
    static FeatureDefinition Unreadable(SettingsNode node, string name)
    {
        node.OptionalDuration("window");
        node.OptionalDuration("lag");
        node.OptionalDuration("timeConstant");
        node.OptionalNumber("mean");
        node.OptionalNumber("std");
        if (node.IsList("of"))
            node.Texts("of");
        else
            node.OptionalText("of");
        return new FeatureDefinition { Name = name, Operator = FeatureOperator.Last, Of = [], Unit = "" };
    }

    static IReadOnlyList<string> ReadSources(SettingsNode node, FeatureOperator op)
    {
        if (op is not (FeatureOperator.Difference or FeatureOperator.Ratio))
            return [node.Text("of")];
        IReadOnlyList<string> sources = node.Texts("of");
        if (sources.Count != 2)
            node.Violate("of", $"names {sources.Count} features; {op.Name()} takes two: of: [first, second].");
        return sources;
    }

    static double ReadStd(SettingsNode node)
    {
        double std = node.Number("std", 0);
        if (std == 0 && Written.IsZero(node, "std"))
            node.Violate("std", "is 0; a z-score divides by it, so it must be more than 0.");
        return std;
    }

    static void CheckSources(IReadOnlyList<SettingsNode> nodes, List<FeatureDefinition> features, IReadOnlyList<SignalInput> inputs)
    {
        for (int i = 0; i < features.Count; i++)
        {
            FeatureDefinition feature = features[i];
            foreach (string source in feature.Of.Where(s => s.Length > 0))
            {
                bool isSignal = inputs.Any(s => s.Signal == source), isFeature = features.Exists(f => f.Name == source);
                if (feature.Operator.IsDerived() ? isFeature : isSignal)
                    continue;
                nodes[i].Violate("of", (feature.Operator.IsDerived(), isSignal, isFeature) switch
                {
                    (true, true, _) => $"is '{source}', a signal; {feature.Operator.Name()} takes features: add one such as {{name: {source}.last, op: last, of: {source}}} and name that.",
                    (true, false, _) => $"is '{source}', which is not a feature of this document.",
                    (false, _, true) => $"is '{source}', a feature; {feature.Operator.Name()} takes a signal of inputs.",
                    _ => $"is '{source}', which is not among the signals of inputs.",
                });
            }
        }
    }
}
