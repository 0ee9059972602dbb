using EdgeRuntime.Settings;

namespace EdgeRuntime.FirmwareSim.Faults;

/// <summary>A script of faults: a document of kind <c>FaultScript</c>, read strictly.</summary>
sealed record FaultScript(long? Seed, IReadOnlyList<ScriptedFault> Faults)
{
    public static readonly FaultScript Empty = new(null, []);

    /// <exception cref="SettingsException">Everything that is wrong, at once.</exception>
    public static FaultScript Load(string path) => Read(SettingsDocument.Load(path));

    /// <exception cref="SettingsException">Everything that is wrong, at once.</exception>
    public static FaultScript Read(SettingsDocument document)
    {
        SettingsNode root = document.Root;
        root.RequireKind("FaultScript");
        long? seed = root.OptionalInteger("seed");
        var faults = new List<ScriptedFault>();
        foreach (SettingsNode node in root.List("faults"))
        {
            ScriptedFault fault = ReadFault(node);
            foreach ((string key, string rule) in fault.Violations())
            {
                // A missing or unreadable duration has been said already; zero is what the reader puts in its place.
                if (key != "duration" || fault.Duration > TimeSpan.Zero || (node.Has(key) && node.OptionalText(key) is "PT0S"))
                    node.Violate(key, rule);
            }

            if (faults.Exists(f => Overlap(f, fault)))
                node.Violate("at", "overlaps an earlier fault of the same kind and signal; let one end before the next begins.");
            faults.Add(fault);
        }

        document.ThrowIfInvalid();
        return new FaultScript(seed, faults);
    }

    static ScriptedFault ReadFault(SettingsNode node)
    {
        FaultKind kind = node.Choice("fault", FaultNames.Kinds);
        TimeSpan duration = node.Duration("duration");
        return new ScriptedFault(
            kind,
            node.OptionalText("asset"),
            node.OptionalText("signal"),
            node.Duration("at"),
            duration,
            node.NumberOr("severity", 1, 0, 1),
            node.DurationOr("ramp", ScriptedFault.RampUnlessTold(kind, duration)));
    }

    static bool Overlap(ScriptedFault a, ScriptedFault b) =>
        a.Kind == b.Kind && a.Signal == b.Signal && (a.Asset is null || b.Asset is null || a.Asset == b.Asset) && a.At < b.End && b.At < a.End;
}
