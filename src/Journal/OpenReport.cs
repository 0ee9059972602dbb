namespace EdgeRuntime.Journal;

/// <summary>What was found when the journal was opened.</summary>
/// <param name="Frames">Batches that are stored.</param>
/// <param name="Clean">It was stopped cleanly the last time, or is new.</param>
/// <param name="StoppedAt">When it was stopped, nanoseconds since 1970; 0 when that is not known.</param>
/// <param name="CutFrames">Whole batches among what was cut. None of them had been acknowledged.</param>
/// <param name="CutBytes">Bytes of the last commit group that were cut because the group had not become durable.</param>
/// <param name="Sentence">The same for people.</param>
public sealed record OpenReport(long Frames, long Segments, bool Clean, long StoppedAt, int CutFrames, long CutBytes, string Sentence);
