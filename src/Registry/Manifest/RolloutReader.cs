using System.Globalization;
using EdgeRuntime.Registry.Schema;

namespace EdgeRuntime.Registry.Manifest;

/// <summary>How it may come into force and how it goes: <c>routing</c>, <c>gates</c>, <c>rollback</c>. What runs is the site's to say, within these limits.</summary>
static class RolloutReader
{
    const int AllBasisPoints = 10_000;

    static readonly string[] Modes = ["shadow", "canary", "ab", "full"];
    static readonly string[] Unless = ["shadow", "full"];
    static readonly Duty Gate = Duty.CarriedFor("Promotion");

    internal static RoutingSection Routing(Section root)
    {
        if (root.OptionalInner("routing", Duty.Of("Service"), "What is allowed; what runs is the site's to say.") is not { } section)
            return new RoutingSection { AllowedModes = Unless };
        IReadOnlyList<string> modes = section.Words("allowedModes", Unless, Modes, Duty.Of("Service"), "Modes it may run in; shadow and full unless given.");
        string partition = section.TextOr("partitionKey", "assetId", Duty.CarriedFor("Gateway"), "What splits traffic stays together: assetId, recipe, shift, product, lot.", TextForms.Key);
        string? mode = null;
        int? weight = null, step = null;
        if (section.OptionalInner("defaults", Gate, "How it begins.") is { } defaults)
        {
            mode = defaults.ChoiceOr("mode", modes[0], Modes, Gate, "Mode it begins in.");
            weight = (int?)defaults.OptionalInteger("canaryWeight", Gate, "Share of a canary in basis points, 1 of 10000.", 0, AllBasisPoints);
            step = (int?)defaults.OptionalInteger("maxCanaryStep", Gate, "The most that this share may grow at once, in basis points.", 1, AllBasisPoints);
            if (!modes.Contains(mode))
                defaults.Violate("mode", $"is '{mode}', which allowedModes does not allow ({string.Join(", ", modes)}).");
            if (weight > step)
                defaults.Violate("canaryWeight", string.Create(CultureInfo.InvariantCulture, $"is {weight}, more than maxCanaryStep, which is {step}; it could not begin."));
        }

        return new RoutingSection { AllowedModes = modes, PartitionKey = partition, Mode = mode, CanaryWeight = weight, MaxCanaryStep = step };
    }

    internal static GatesSection Gates(Section root)
    {
        if (root.OptionalInner("gates", Gate, "What every site asks for on its own data before it goes on.") is not { } section)
            return new GatesSection();
        return new GatesSection
        {
            Shadow = section.OptionalInner("shadow", Gate, "Before it leaves the shadow.") is { } shadow
                ? new ShadowGate(
                    shadow.OptionalDuration("minDuration", Gate, "The shortest time."),
                    shadow.OptionalInteger("minPredictions", Gate, "The fewest answers.", 0),
                    shadow.OptionalNumber("maxDisagreement", Gate, "Share of answers that may differ from the primary's.", 0, 1),
                    shadow.OptionalNumber("maxLatencyP99Ratio", Gate, "How much slower it may be.", 0))
                : null,
            Canary = section.OptionalInner("canary", Gate, "Before it becomes the primary.") is { } canary
                ? new CanaryGate(
                    canary.OptionalDuration("minDuration", Gate, "The shortest time."),
                    canary.OptionalNumber("maxErrorRatio", Gate, "Share of calls that may fail.", 0, 1),
                    canary.OptionalNumber("maxFalseAlarmRatio", Gate, "False alarms per false alarm of the primary.", 0),
                    canary.ChoiceOr("onBreach", "rollback", ["rollback", "pause"], Gate, "What happens when it is broken."))
                : null,
        };
    }

    internal static RollbackSection Rollback(Section root, string ownVersion)
    {
        if (root.OptionalInner("rollback", Gate, "Where it goes back to, and when by itself.") is not { } section)
            return new RollbackSection();
        string version = "";
        Facts.Digest? serving = null;
        if (section.OptionalInner("target", Gate, "The release that takes over.") is { } target)
        {
            version = target.TextOr("version", "", Gate, "Its version.", TextForms.SemVer);
            serving = target.OptionalSha256("serving", Gate, "SHA-256 of its serving.yaml.");
            if (version.Length > 0 && version == ownVersion)
                target.Violate("version", $"is '{version}', this release's own; it cannot go back to itself.");
        }

        IReadOnlyList<string> conditions = section.Texts("conditions", Gate, "When it goes back by itself.", TextForms.Rollback);
        return new RollbackSection
        {
            TargetVersion = version,
            TargetServing = serving,
            Conditions = [.. conditions.Where(c => TextForms.Rollback.Refusal(c) is null).Select(RollbackCondition.Parse)],
        };
    }
}
