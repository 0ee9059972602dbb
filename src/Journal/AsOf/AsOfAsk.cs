using EdgeRuntime.Facts;

namespace EdgeRuntime.Journal.AsOf;

/// <summary>One question of a join: the value of a tag, by its number in the list of tags, at a moment.</summary>
public readonly record struct AsOfAsk(int Tag, EventTime At);

/// <summary>One answer of a join.</summary>
/// <param name="Tag">The number of the tag.</param>
/// <param name="IsThere">Whether there is a sample; without one the rest is empty.</param>
public readonly record struct Joined(int Tag, bool IsThere, Quality Quality, EventTime Event, TagValue Value);

/// <summary>
/// Takes an answer and the numbers of the questions that it answers: moments close together often have the same. The memory is used again
/// afterwards, and the reader must not be asked from here.
/// </summary>
public delegate void JoinedRows(in Joined answer, ReadOnlySpan<int> asks);
