namespace EdgeRuntime.Replay;

/// <summary>A frame that cannot be read, with the sentence that says where it lies.</summary>
public sealed record JournalDamage(long Frame, string Sentence);
