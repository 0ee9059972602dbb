using EdgeRuntime.Registry.Schema;

namespace EdgeRuntime.Registry.Manifest;

/// <summary>How fast it must be and what it needs: <c>sla</c>, <c>hardware</c>.</summary>
static class OperationReader
{
    static readonly Duty Measured = Duty.CarriedFor("Promotion");

    internal static SlaSection Sla(Section sla)
    {
        TimeSpan? p99 = sla.OptionalDuration("latencyP99", Measured, "99 of 100 calls are faster.", aboveZero: true);
        TimeSpan? p50 = sla.OptionalDuration("latencyP50", Measured, "Half of the calls are faster.", aboveZero: true);
        TimeSpan timeout = sla.Duration("timeout", Duty.Of("Gateway"), "The longest a call may take before its answer is too late.");
        if (p50 > p99)
            sla.Violate("latencyP50", "is above latencyP99; half of the calls cannot be slower than 99 of 100.");
        if (timeout > TimeSpan.Zero && p99 > timeout)
            sla.Violate("latencyP99", "is above the timeout; a call that slow is never waited for.");
        return new SlaSection
        {
            Timeout = timeout,
            LatencyP99 = p99,
            LatencyP50 = p50,
            ThroughputMin = sla.OptionalNumber("throughputMin", Measured, "Calls a second that it must manage.", 0),
            Availability = sla.OptionalNumber("availability", Duty.CarriedFor("Monitoring"), "Share of questions that the model itself answers.", 0, 1),
            WarmUp = sla.OptionalDuration("warmup", Measured, "The longest that loading and the first calls may take.", aboveZero: true),
        };
    }

    internal static HardwareSection Hardware(Section root, ModelSection model)
    {
        if (root.OptionalInner("hardware", Measured, "What a box must have.") is not { } section)
            return new HardwareSection();
        List<AcceleratorNeed> accelerators = [.. section.List("accelerators", false, Measured, "Accelerators that it was made for.").Select(Accelerator)];
        foreach (string provider in model.Providers.Where(p => accelerators.Count > 0 && !accelerators.Exists(a => a.Type == p)))
            section.Violate("accelerators", $"does not list {provider}, which model.runtime.providers names; say what it needs there, or do not offer it.");
        return new HardwareSection
        {
            Accelerators = accelerators,
            MemoryPeak = section.OptionalInner("memory", Measured, "Memory.")?.OptionalSize("peak", Measured, "The most that it takes while it answers."),
            DiskSize = section.OptionalInner("disk", Duty.CarriedFor("Sync"), "Disk.")?.OptionalSize("size", Duty.CarriedFor("Sync"), "What the release takes on the disk."),
            Batch = section.OptionalInner("batch", Duty.CarriedFor("Gateway"), "Questions asked together.") is { } batch ? Batch(batch) : null,
        };
    }

    static AcceleratorNeed Accelerator(Section section) => new(
        section.Choice("type", ModelReader.Accelerators, Measured, "Which."),
        section.OptionalVersions("computeCapability", Measured, "Versions of CUDA's compute capability."),
        section.TextOr("featureLevel", "", Measured, "Direct3D feature level, as 12_0."),
        section.OptionalSize("memory", Measured, "Memory of its own that must be free."),
        section.Texts("isa", Measured, "Instruction sets, one of which the processor must have.", TextForms.Key),
        (int?)section.OptionalInteger("cores", Measured, "Cores.", 1, 1024));

    static BatchSection Batch(Section batch)
    {
        Duty duty = Duty.CarriedFor("Gateway");
        int min = batch.IntegerOr("min", 1, duty, "The fewest.", 1, 65_536), max = batch.IntegerOr("max", 1, duty, "The most.", 1, 65_536);
        int preferred = batch.IntegerOr("preferred", min, duty, "What is best.", 1, 65_536);
        if (min > max)
            batch.Violate("min", FormattableString.Invariant($"is {min}, above max, which is {max}."));
        else if (preferred < min || preferred > max)
            batch.Violate("preferred", FormattableString.Invariant($"is {preferred}; it must lie between min {min} and max {max}."));
        return new BatchSection(min, max, preferred, batch.OptionalDuration("maxQueueDelay", duty, "The longest that one waits for others."));
    }
}
