using EdgeRuntime.Settings;

namespace EdgeRuntime.Registry.Manifest;

/// <summary>
/// Sections that change what is served and that this version does not carry out: refused by name, with what to do. What is inside is read, so that
/// it is not said to be unknown as well.
/// </summary>
static class UnservedSections
{
    const string Refusal = "is not carried out by this version, and serving without it would give other answers; put it into the model's graph or use a newer version.";

    internal static void Refuse(SettingsNode root)
    {
        if (root.OptionalSection("preprocessing") is { } preprocessing)
        {
            root.Violate("preprocessing", Refusal);
            Descriptive.Texts(preprocessing, "file", "version", "scaling");
        }

        if (root.OptionalSection("calibration") is { } calibration && !IsInGraph(calibration))
        {
            root.Violate("calibration", Refusal);
            Descriptive.Texts(calibration, "file", "method", "inGraph");
            if (calibration.OptionalSection("conformal") is { } conformal)
                Descriptive.Texts(conformal, "alpha", "split");
        }
    }

    /// <summary>A calibration that the graph carries out itself is served.</summary>
    internal static bool IsInGraph(SettingsNode calibration) => calibration.OptionalText("inGraph") == "true";

    internal static void RefuseOutput(SettingsNode postprocessing)
    {
        if (postprocessing.OptionalSection("output") is not { } output)
            return;
        postprocessing.Violate("output", "is not carried out by this version; remove it: the site's outputs set the form of an answer.");
        Descriptive.Texts(output, "format", "schema", "decimals");
        output.Texts("fields");
        output.OptionalSection("opcua")?.OptionalText("node");
        if (output.OptionalSection("mqtt") is { } mqtt)
            Descriptive.Texts(mqtt, "topic", "qos");
    }
}
