namespace EdgeRuntime.Journal.Retention;

/// <summary>Which level follows from what was measured.</summary>
public static class SpaceLadder
{
    /// <summary>A level is left only when the share is so far below its mark, so that it does not flap.</summary>
    const double Slack = 0.02;

    public static SpaceLevel Next(SpaceLevel now, double share, JournalSpace space, RetentionPolicy policy)
    {
        if (!space.NextReady && !space.ReserveReady)
            return SpaceLevel.LastReserve;
        // The reserve comes first: with it missing, telemetry would take the room that it needs.
        if (!space.NextReady || !space.ReserveReady || Holds(SpaceLevel.ReadOnly, policy.ReadOnlyAt))
            return SpaceLevel.ReadOnly;
        if (Holds(SpaceLevel.Deleting, policy.DeleteAt))
            return SpaceLevel.Deleting;
        return Holds(SpaceLevel.Thinning, policy.ThinAt) ? SpaceLevel.Thinning : SpaceLevel.Normal;

        bool Holds(SpaceLevel level, double mark) => share >= (now >= level ? mark - Slack : mark);
    }

    /// <summary>The level's word.</summary>
    public static string WordOf(SpaceLevel level) => level switch
    {
        SpaceLevel.Normal => "normal",
        SpaceLevel.Thinning => "thinning",
        SpaceLevel.Deleting => "raw-deleting",
        SpaceLevel.ReadOnly => "read-only",
        SpaceLevel.LastReserve => "last-reserve",
        _ => throw new ArgumentOutOfRangeException(nameof(level)),
    };
}
