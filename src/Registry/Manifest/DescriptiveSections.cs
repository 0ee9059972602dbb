using EdgeRuntime.Settings;

namespace EdgeRuntime.Registry.Manifest;

/// <summary>
/// Sections that say where a release comes from, what it was measured at and what other parts of the product are to do with it. They do not change
/// an answer of this version: their form is checked, so that a typing error is found today, and that is all.
/// </summary>
static class DescriptiveSections
{
    static readonly Dictionary<string, string> Accelerators = ManifestReader.Words("tensorrt", "cuda", "directml", "cpu");

    internal static void Read(SettingsNode root, SettingsNode metadata, SettingsNode sla, SettingsNode? routing)
    {
        Descriptive.Texts(metadata, "created", "owner");
        Descriptive.Free(metadata.OptionalSection("annotations"));
        Descriptive.Durations(sla, "latencyP99", "latencyP50", "warmup");
        sla.OptionalNumber("throughputMin", min: 0);
        sla.OptionalNumber("availability", 0, 1);
        Hardware(root.OptionalSection("hardware"));
        Routing(routing);
        Gates(root.OptionalSection("gates"));
        Monitoring(root.OptionalSection("monitoring"));
        Rollback(root.OptionalSection("rollback"));
        Provenance(root.OptionalSection("provenance"));
        if (root.OptionalSection("licences") is { } licences)
            Descriptive.Texts(licences, "model", "code", "data", "thirdParty");
        if (root.OptionalSection("signatures") is { } signatures)
        {
            signatures.OptionalText("policy");
            signatures.OptionalInteger("threshold", 1);
            signatures.Texts("predicateTypes");
        }
    }

    static void Hardware(SettingsNode? hardware)
    {
        if (hardware is null)
            return;
        foreach (SettingsNode accelerator in hardware.List("accelerators"))
        {
            accelerator.Choice("type", Accelerators);
            Descriptive.Texts(accelerator, "computeCapability", "featureLevel", "memory");
            accelerator.Texts("isa");
            accelerator.OptionalInteger("cores", 1);
        }

        hardware.OptionalSection("memory")?.OptionalText("peak");
        hardware.OptionalSection("disk")?.OptionalText("size");
        if (hardware.OptionalSection("batch") is { } batch)
        {
            Descriptive.Numbers(batch, "min", "max", "preferred");
            batch.OptionalDuration("maxQueueDelay");
        }
    }

    static void Routing(SettingsNode? routing)
    {
        routing?.OptionalText("partitionKey");
        if (routing?.OptionalSection("defaults") is { } defaults)
        {
            defaults.OptionalText("mode");
            Descriptive.Numbers(defaults, "canaryWeight", "maxCanaryStep");
        }
    }

    static void Gates(SettingsNode? gates)
    {
        if (gates?.OptionalSection("shadow") is { } shadow)
        {
            shadow.OptionalDuration("minDuration");
            Descriptive.Numbers(shadow, "minPredictions", "maxDisagreement", "maxLatencyP99Ratio");
        }

        if (gates?.OptionalSection("canary") is { } canary)
        {
            canary.OptionalDuration("minDuration");
            Descriptive.Numbers(canary, "maxErrorRatio", "maxFalseAlarmRatio");
            canary.OptionalText("onBreach");
        }
    }

    static void Monitoring(SettingsNode? monitoring)
    {
        if (monitoring?.OptionalSection("reference") is { } reference)
        {
            Descriptive.Texts(reference, "file", "from", "to");
            reference.OptionalInteger("rows", 0);
        }

        if (monitoring?.OptionalSection("quality") is { } quality)
        {
            Descriptive.Numbers(quality, "maxNullRatio", "rangeViolations", "psi", "kl");
            quality.OptionalDuration("maxStale");
        }

        if (monitoring?.OptionalSection("behaviour") is { } behaviour)
            Descriptive.Numbers(behaviour, "scorePsi", "scoreKs", "confidenceShift");
        if (monitoring?.OptionalSection("outcome") is { } outcome)
        {
            outcome.OptionalDuration("labelDelayMax");
            Descriptive.Numbers(outcome, "minPrecision", "minRecall");
        }

        if (monitoring?.OptionalSection("review") is { } review)
        {
            review.OptionalText("strategy");
            review.OptionalInteger("budgetPerShift", 0);
        }
    }

    static void Rollback(SettingsNode? rollback)
    {
        if (rollback?.OptionalSection("target") is { } target)
        {
            target.OptionalText("version");
            if (target.Has("serving"))
                ManifestReader.Sha256(target, "serving");
        }

        rollback?.Texts("conditions");
    }

    static void Provenance(SettingsNode? provenance)
    {
        if (provenance is null)
            return;
        if (provenance.OptionalSection("dataset") is { } dataset)
            Descriptive.Texts(dataset, "uri", "digest");
        if (provenance.OptionalSection("labelPolicy") is { } policy)
            Descriptive.Texts(policy, "id", "sha256");
        if (provenance.OptionalSection("code") is { } code)
        {
            Descriptive.Texts(code, "repo", "commit");
            code.FlagOr("dirty", false);
        }

        if (provenance.OptionalSection("environment") is { } environment)
            Descriptive.Texts(environment, "image", "lock", "python", "packages", "hardware");
        Descriptive.Free(provenance.OptionalSection("seeds"));
        Descriptive.Free(provenance.OptionalSection("hyperparameters"));
        provenance.OptionalText("parent");
        Descriptive.Free(provenance.OptionalSection("evaluation"));
    }
}
