using EdgeRuntime.Facts;

namespace EdgeRuntime.Replay;

/// <summary>One decision that does not come out as it was recorded.</summary>
/// <param name="PredictionId">The decision; empty for what was said after the last one.</param>
/// <param name="Stage">Where it first parts: journal, site, validation, features, model, breaker, rules, serving, decision.</param>
/// <param name="Recorded">Frame in which it is recorded; 0 when the record is what is missing.</param>
/// <param name="Byte">First byte of the stage's canonical form that differs; -1 where there are no two forms to compare.</param>
/// <param name="Sentence">In plain words.</param>
public sealed record Difference(string PredictionId, string Asset, EventTime At, string Stage, long Recorded, long Byte, string Sentence);
