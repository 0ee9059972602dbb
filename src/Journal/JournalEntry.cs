namespace EdgeRuntime.Journal;

/// <summary>One step of a read that goes on behind damage: a batch, or the damage in its place. Exactly one of the two is there.</summary>
public readonly record struct JournalEntry(StoredBatch? Batch, DamagedFrame? Damage);
