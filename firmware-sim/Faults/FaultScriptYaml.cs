using System.Text;
using System.Text.Json;

namespace EdgeRuntime.FirmwareSim.Faults;

/// <summary>A script as a document that <see cref="FaultScript.Load"/> reads back as it was. What a reader would fill in is left out.</summary>
static class FaultScriptYaml
{
    public static string Write(FaultScript script, string comment)
    {
        var yaml = new StringBuilder("kind: FaultScript\n");
        yaml.Append("# ").Append(comment).Append('\n');
        if (script.Seed is { } seed)
            yaml.Append(FormattableString.Invariant($"seed: {seed}\n"));
        yaml.Append(script.Faults.Count == 0 ? "faults: []\n" : "faults:\n");
        foreach (ScriptedFault fault in script.Faults)
            yaml.Append("  - {").AppendJoin(", ", Keys(fault)).Append("}\n");
        return yaml.ToString();
    }

    static IEnumerable<string> Keys(ScriptedFault fault)
    {
        yield return "fault: " + FaultNames.Of(fault.Kind);
        // Whoever names skids may use any sign that YAML means something by; a JSON text is a YAML text.
        if (fault.Asset is { } asset)
            yield return "asset: " + JsonSerializer.Serialize(asset);
        if (fault.Signal is { } signal)
            yield return "signal: " + signal;
        yield return "at: " + PlantTime.Format(fault.At);
        yield return "duration: " + PlantTime.Format(fault.Duration);
        if (fault.Severity != 1 || ScriptedFault.HasDegrees(fault.Kind))
            yield return FormattableString.Invariant($"severity: {fault.Severity}");
        if (fault.Ramp != ScriptedFault.RampUnlessTold(fault.Kind, fault.Duration))
            yield return "ramp: " + PlantTime.Format(fault.Ramp);
    }
}
