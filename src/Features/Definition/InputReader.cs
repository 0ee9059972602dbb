using EdgeRuntime.Settings;

namespace EdgeRuntime.Features.Definition;

/// <summary>Reads <c>inputs</c>: the signals and the rules of their validation.</summary>
static class InputReader
{
    public static IReadOnlyList<SignalInput> Read(SettingsNode root)
    {
        var inputs = new List<SignalInput>();
        foreach (SettingsNode node in root.List("inputs"))
        {
            SignalInput input = ReadSignal(node);
            if (inputs.Exists(i => i.Signal == input.Signal))
                node.Violate("signal", $"is '{input.Signal}' a second time; every signal is named once.");
            inputs.Add(input);
        }

        if (inputs.Count is 0 or > FeatureLimits.InputsMax)
            root.Violate("inputs", $"has {inputs.Count} signals; a pipeline reads 1 to {FeatureLimits.InputsMax}.");
        return inputs;
    }

    static SignalInput ReadSignal(SettingsNode node)
    {
        string signal = Written.Name(node, "signal");
        (double? low, double? high) = node.OptionalRange("range");
        double? rate = node.OptionalNumber("rate", 0);
        if (rate == 0 && Written.IsZero(node, "rate"))
            node.Violate("rate", "is 0; it must be more than 0 units per second.");
        return new SignalInput
        {
            Signal = signal,
            Unit = node.TextOr("unit", ""),
            Low = low,
            High = high,
            Stuck = Durations.Optional(node, "stuck", Durations.Smallest),
            Rate = rate,
            MaxAge = Durations.Optional(node, "maxAge", Durations.Smallest),
            Line = node.LineOf("signal"),
        };
    }
}
