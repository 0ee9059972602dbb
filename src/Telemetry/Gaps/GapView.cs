using EdgeRuntime.Facts;

namespace EdgeRuntime.Telemetry.Gaps;

/// <summary>An interval that is missing and not over yet.</summary>
/// <param name="Tag">Empty: all tags of the source.</param>
/// <param name="From">First moment without data, by event time.</param>
/// <param name="Values">How many values are known to be missing so far; 0 when nobody can know.</param>
public sealed record OpenGap(string Source, string Tag, EventTime From, GapCause Cause, long Values);

/// <summary>All closed gaps of one tag, source and cause since the first frame.</summary>
/// <param name="Nanoseconds">Their lengths together, by event time.</param>
public sealed record GapTotal(string Source, string Tag, GapCause Cause, long Gaps, long Values, long Nanoseconds);

/// <summary>
/// What came in by the journal's own witness: received = stored + refused, from its first readable frame on and whatever restarts lie between. Redeliveries
/// are not in it, for nothing is stored of them.
/// </summary>
/// <param name="Stored">Samples.</param>
/// <param name="Refused">Rule → values.</param>
public sealed record IntakeAccount(long Stored, IReadOnlyDictionary<string, long> Refused)
{
    public long RefusedTotal => Refused.Values.Sum();

    public long Received => Stored + RefusedTotal;
}

/// <summary>What the ledger knows after a frame.</summary>
/// <param name="Frame">The newest frame that is in it.</param>
/// <param name="Open">By source, tag and cause.</param>
/// <param name="Closed">The newest closed gaps in the order in which they were found, at most <see cref="GapLedger.ClosedMax"/>.</param>
/// <param name="Totals">By source, tag and cause.</param>
/// <param name="Unwatched">Tags that came when <see cref="GapLedger.TagsMax"/> were watched already: of their silence nobody knows.</param>
public sealed record GapView(
    long Frame, IntakeAccount Account, IReadOnlyList<OpenGap> Open, IReadOnlyList<Gap> Closed, IReadOnlyList<GapTotal> Totals, int Unwatched);
