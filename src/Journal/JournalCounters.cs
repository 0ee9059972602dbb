namespace EdgeRuntime.Journal;

/// <summary>What this store has made durable since it was opened.</summary>
/// <param name="Bytes">Of frames, headers and hashes included.</param>
/// <param name="Commits">Flushes; <c>Frames / Commits</c> is the size of a commit group.</param>
public readonly record struct JournalCounters(long Frames, long Bytes, long Commits);
