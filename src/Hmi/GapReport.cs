using EdgeRuntime.Facts;

namespace EdgeRuntime.Hmi;

/// <summary>An interval that is missing.</summary>
/// <param name="Tag">Empty: all tags of the source.</param>
/// <param name="To">Null: it is not over yet.</param>
/// <param name="Values">How many values are known to be missing; 0 when nobody can know.</param>
public sealed record GapLine(string Source, string Tag, EventTime From, EventTime? To, GapCause Cause, long Values);

/// <summary>What is missing, and what there is: received = stored + refused by the journal's own witness, whatever restarts lie between.</summary>
/// <param name="Refused">Rule → values.</param>
/// <param name="Open">Not over yet.</param>
/// <param name="Closed">The newest that are over, in the order in which they were found.</param>
/// <param name="ClosedOlder">True: there are older ones that are not in <paramref name="Closed"/>; the verb <c>gaps</c> finds them.</param>
public sealed record GapReport(
    long Stored, IReadOnlyDictionary<string, long> Refused, IReadOnlyList<GapLine> Open, IReadOnlyList<GapLine> Closed, bool ClosedOlder)
{
    public long Received => Stored + Refused.Values.Sum();
}
