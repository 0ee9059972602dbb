using EdgeRuntime.Facts;

namespace EdgeRuntime.Journal;

/// <summary>How far a journal was proved whole: up to the end of a segment or unit. A later walk may begin here and trust the hash.</summary>
/// <param name="Segment">The last segment or unit that is proved.</param>
/// <param name="Frame">Its last frame.</param>
/// <param name="Hash">The hash that what follows must be chained to.</param>
public readonly record struct VerifyMark(long Segment, long Frame, Digest Hash);
