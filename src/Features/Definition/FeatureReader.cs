using System.Globalization;
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
            Band = op == FeatureOperator.BandEnergy ? ReadBand(node) : default,
            SampleRate = op == FeatureOperator.BandEnergy ? ReadSampleRate(node) : default,
            State = op == FeatureOperator.TimeInState ? ReadState(node) : default,
            Coefficients = op == FeatureOperator.Residual ? ReadCoefficients(node) : [],
            Intercept = op == FeatureOperator.Residual ? node.NumberOr("intercept", 0) : default,
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
        node.OptionalRange("band");
        node.OptionalNumber("sampleRate");
        node.OptionalNumber("intercept");
        node.Texts("coefficients");
        if (node.IsList("state"))
            node.OptionalRange("state");
        else
            node.OptionalText("state");
        if (node.IsList("of"))
            node.Texts("of");
        else
            node.OptionalText("of");
        return new FeatureDefinition { Name = name, Operator = FeatureOperator.Last, Of = [], Unit = "" };
    }

    static IReadOnlyList<string> ReadSources(SettingsNode node, FeatureOperator op)
    {
        if (op is not (FeatureOperator.Difference or FeatureOperator.Ratio or FeatureOperator.Residual))
            return [node.Text("of")];
        IReadOnlyList<string> sources = node.Texts("of");
        if (op == FeatureOperator.Residual)
        {
            if (sources.Count is < 2 or > FeatureLimits.ResidualSourcesMax)
                node.Violate("of", $"names {sources.Count} features; {op.Name()} takes what was measured, then 1 to {FeatureLimits.ResidualSourcesMax - 1} features that it is expected from: of: [measured, first, second].");
            return sources;
        }

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

    static (double Low, double High) ReadBand(SettingsNode node)
    {
        (double? low, double? high) = node.OptionalRange("band");
        if (!node.Has("band"))
            node.Violate("band", "is missing; write the two ends in Hz: band: [10, 100].");
        if (low < 0)
            node.Violate("band", string.Create(CultureInfo.InvariantCulture, $"begins at {low} Hz; a frequency is not below 0."));
        return (low ?? 0, high ?? 0);
    }

    static double? ReadSampleRate(SettingsNode node)
    {
        double? rate = node.OptionalNumber("sampleRate", 0);
        if (rate == 0 && Written.IsZero(node, "sampleRate"))
            node.Violate("sampleRate", "is 0; it must be more than 0 samples per second, or be left out where the samples of each window say it.");
        return rate;
    }

    /// <summary>What a band of a window can show: nothing finer than one turn per window, nothing above half the rate.</summary>
    static void CheckBand(SettingsNode node, FeatureDefinition feature)
    {
        (double low, double high) = feature.Band;
        double finest = 1 / feature.Window.TotalSeconds;
        if (node.Has("band") && node.Has("window") && high - low < finest)
            node.Violate("band", string.Create(CultureInfo.InvariantCulture, $"is {high - low} Hz wide; a window of {feature.Window.TotalSeconds} s tells {finest} Hz apart and no finer: widen the band or the window."));
        if (feature.SampleRate is > 0 and { } rate && high > rate / 2)
            node.Violate("band", string.Create(CultureInfo.InvariantCulture, $"ends at {high} Hz; samples at {rate} Hz show nothing above {rate / 2} Hz."));
        if (feature.SampleRate is > 0 and { } fast && feature.Window.TotalSeconds * fast is var samples and (< FeatureLimits.SpectrumSamplesMin or > FeatureLimits.SpectrumSamplesMax))
            node.Violate("window", string.Create(CultureInfo.InvariantCulture, $"holds {samples} samples at {fast} Hz; band-energy looks at {FeatureLimits.SpectrumSamplesMin} to {FeatureLimits.SpectrumSamplesMax}."));
    }

    /// <summary>A number, true, false, or a pair of numbers with the state between.</summary>
    static (double Low, double High) ReadState(SettingsNode node)
    {
        if (node.IsList("state"))
        {
            (double? low, double? high) = node.OptionalRange("state");
            return (low ?? 0, high ?? 0);
        }

        double state = node.OptionalText("state") switch
        {
            "true" => 1,
            "false" => 0,
            _ => node.Number("state"),
        };
        return (state, state);
    }

    static List<double> ReadCoefficients(SettingsNode node)
    {
        int wanted = Math.Max(0, node.Texts("of").Count - 1);
        IReadOnlyList<string> written = node.Texts("coefficients");
        var coefficients = new List<double>();
        foreach (string text in written)
        {
            if (double.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out double number) && double.IsFinite(number))
                coefficients.Add(number);
            else
                node.Violate("coefficients", $"holds '{text}'; each must be a number.");
        }

        if (written.Count != wanted)
            node.Violate("coefficients", $"has {written.Count} numbers; it needs one for each of the {wanted} features after the first of 'of'.");
        return coefficients;
    }

    static void CheckSources(IReadOnlyList<SettingsNode> nodes, List<FeatureDefinition> features, IReadOnlyList<SignalInput> inputs)
    {
        for (int i = 0; i < features.Count; i++)
        {
            FeatureDefinition feature = features[i];
            if (feature.Operator == FeatureOperator.BandEnergy)
                CheckBand(nodes[i], feature);
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
