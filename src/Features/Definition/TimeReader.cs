using System.Xml;
using EdgeRuntime.Settings;

namespace EdgeRuntime.Features.Definition;

/// <summary>Reads what a document says about time: <c>lateness</c>, <c>clock</c>, <c>sources</c>, <c>corrections</c>.</summary>
static class TimeReader
{
    static readonly TimeSpan JumpMin = TimeSpan.FromSeconds(1);
    static readonly TimeSpan JumpMax = TimeSpan.FromDays(1);

    public static TimeSpan ReadLateness(SettingsNode node, TimeSpan otherwise) => Durations.Optional(node, "lateness", TimeSpan.Zero) ?? otherwise;

    public static (TimeSpan Jump, TimeSpan Hold) ReadClock(SettingsNode root) => root.OptionalSection("clock") is { } clock
        ? (ReadJump(clock, FeatureLimits.JumpDefault), Durations.Optional(clock, "hold", Durations.Smallest) ?? FeatureLimits.HoldDefault)
        : (FeatureLimits.JumpDefault, FeatureLimits.HoldDefault);

    /// <summary>In the order of their names: the document's order means nothing.</summary>
    public static IReadOnlyList<SourceTimeRules> ReadSources(SettingsNode root, TimeSpan lateness, TimeSpan jump)
    {
        var sources = new List<SourceTimeRules>();
        foreach (SettingsNode node in root.List("sources"))
        {
            var rules = new SourceTimeRules(node.Text("source"), ReadLateness(node, lateness), ReadJump(node, jump));
            if (sources.Exists(s => s.Source == rules.Source))
                node.Violate("source", $"is '{rules.Source}' a second time; every source is named once.");
            sources.Add(rules);
        }

        return [.. sources.OrderBy(s => s.Source, StringComparer.Ordinal)];
    }

    public static TimeSpan ReadCorrections(SettingsNode root) => root.OptionalSection("corrections") is { } corrections
        ? Durations.Required(corrections, "within")
        : TimeSpan.Zero;

    static TimeSpan ReadJump(SettingsNode node, TimeSpan otherwise)
    {
        if (node.OptionalDuration("jump") is not { } jump)
            return otherwise;
        if (jump >= JumpMin && jump <= JumpMax)
            return jump;
        node.Violate("jump", $"is {XmlConvert.ToString(jump)}; it must be at least {XmlConvert.ToString(JumpMin)} and at most {XmlConvert.ToString(JumpMax)}: a clock a day ahead is never believed.");
        return otherwise;
    }
}
