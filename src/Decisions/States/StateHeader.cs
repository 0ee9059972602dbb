using EdgeRuntime.Facts;

namespace EdgeRuntime.Decisions.States;

/// <summary>What a state file says of itself.</summary>
/// <param name="Digest">SHA-256 of the file, which is its name.</param>
/// <param name="Build">The runtime that wrote it.</param>
/// <param name="AfterFrame">The newest journal frame that the engine had taken.</param>
/// <param name="NewestMoment">No decision up to that frame is about a later moment; null: there was none.</param>
/// <param name="Survey">SHA-256 of what a start must know beside the engine; none where only the engine was saved.</param>
public sealed record StateHeader(Digest Digest, string Build, long AfterFrame, EventTime? NewestMoment, Digest Survey);
