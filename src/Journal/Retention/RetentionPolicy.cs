namespace EdgeRuntime.Journal.Retention;

/// <summary>What a site wants its box to keep, and how full it may become.</summary>
public sealed record RetentionPolicy
{
    /// <summary>Bytes that the data folder may have; 0: the whole disk.</summary>
    public long ReserveBytes { get; init; }

    /// <summary>Share of the room in use from which on raw samples are thinned.</summary>
    public double ThinAt { get; init; } = 0.85;

    /// <summary>Share from which on samples that were thinned are deleted.</summary>
    public double DeleteAt { get; init; } = 0.92;

    /// <summary>Share from which on no telemetry is taken.</summary>
    public double ReadOnlyAt { get; init; } = 0.97;

    /// <summary>Raw samples younger than this are neither thinned nor deleted.</summary>
    public TimeSpan KeepRaw { get; init; } = TimeSpan.FromDays(30);

    /// <summary>One sentence for every rule that this policy breaks, with the settings key.</summary>
    public IEnumerable<string> Violations()
    {
        if (ReserveBytes < 0)
            yield return $"retention.reserveBytes is {ReserveBytes}; it must not be negative.";
        if (!(ThinAt > 0 && ThinAt < DeleteAt && DeleteAt < ReadOnlyAt && ReadOnlyAt <= 1))
            yield return FormattableString.Invariant($"retention.thinAt, deleteAt and readOnlyAt are {ThinAt}, {DeleteAt} and {ReadOnlyAt}; they must rise, above 0 and up to 1.");
        if (KeepRaw < TimeSpan.Zero)
            yield return $"retention.keepRaw is {KeepRaw}; it must not be negative.";
    }
}
