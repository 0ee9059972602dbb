using EdgeRuntime.Registry.Schema;

namespace EdgeRuntime.Registry.Manifest;

/// <summary>
/// What <c>requires</c> can ask for: parts of the format that change answers, so that who does not carry them out must not serve. This version knows
/// these by name and carries out none of them: it refuses, and says which.
/// </summary>
static class ServingFeatures
{
    internal const string Conformal = "conformal-v1", Segments = "segments-v1", Preprocessing = "preprocessing-v1", CalibrationFile = "calibration-file-v1",
        Missing = "missing-v1", Output = "output-v1", BreakerWindow = "breaker-window-v1", GoldenParquet = "golden-parquet-v1";

    internal static readonly IReadOnlyDictionary<string, string> NotCarriedOut = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        [Conformal] = "sets of answers with a promised share of hits",
        [Segments] = "thresholds by segment",
        [Preprocessing] = "a preprocessing graph beside the model's",
        [CalibrationFile] = "a calibration beside the model's graph",
        [Missing] = "a model that is asked about vectors with gaps",
        [Output] = "a form of the answer that the release sets",
        [BreakerWindow] = "a breaker that looks back a time instead of a number of calls",
        [GoldenParquet] = "a golden set as Parquet",
    };

    internal static void Check(Section root)
    {
        foreach (string feature in root.Texts("requires", Duty.Of("Registry"), "What a reader must carry out or refuse.", TextForms.Key))
        {
            root.Violate("requires", NotCarriedOut.TryGetValue(feature, out string? what)
                ? $"asks for '{feature}' ({what}), which this version does not carry out; use a newer version of the runtime."
                : $"asks for '{feature}', which this version does not know; use a newer version of the runtime.");
        }
    }

    /// <summary>Refuses what stands under <paramref name="key"/>.</summary>
    internal static void Refuse(Section section, string key, string feature, string instead) =>
        section.Violate(key, $"needs '{feature}' ({NotCarriedOut[feature]}), which this version does not carry out; {instead}");
}
