namespace EdgeRuntime.Journal.Retention;

/// <summary>What the writer still has in hand besides the room in its segment.</summary>
/// <param name="NextReady">The next segment lies ready, or is being prepared and nothing has gone wrong.</param>
/// <param name="ReserveReady">The ballast is there: a whole segment that is put into use when the disk gives none.</param>
public readonly record struct JournalSpace(bool NextReady, bool ReserveReady);
