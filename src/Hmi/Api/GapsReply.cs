using EdgeRuntime.Facts;

namespace EdgeRuntime.Hmi.Api;

/// <summary><c>GET /api/v1/gaps</c>.</summary>
/// <param name="Complete">False: there are older closed gaps than are listed; <c>edgeruntime gaps</c> finds them.</param>
sealed record GapsReply(IReadOnlyList<GapReply> Open, IReadOnlyList<GapReply> Closed, bool Complete)
{
    /// <param name="tags">Null: all. Gaps of a whole source are in every answer.</param>
    /// <param name="since">Closed gaps that ended at this moment or later.</param>
    internal static GapsReply Of(GapReport report, IReadOnlySet<string>? tags, EventTime? since)
    {
        return new GapsReply(
            [.. report.Open.Where(IsAsked).Select(GapReply.Of)],
            [.. report.Closed.Where(g => IsAsked(g) && (since is null || g.To >= since)).Select(GapReply.Of)],
            !report.ClosedOlder);

        bool IsAsked(GapLine gap) => tags is null || gap.Tag.Length == 0 || tags.Contains(gap.Tag);
    }
}

/// <param name="Tag">Absent: all tags of the source.</param>
/// <param name="To">Absent: not over yet.</param>
/// <param name="Values">Absent when nobody can know.</param>
sealed record GapReply(string Source, string? Tag, string From, string? To, string Cause, long? Values)
{
    internal static GapReply Of(GapLine gap) => new(
        gap.Source, gap.Tag.Length > 0 ? gap.Tag : null, gap.From.ToString(), gap.To?.ToString(), FloorWords.Of(gap.Cause), gap.Values > 0 ? gap.Values : null);
}

/// <summary>What is missing, in short.</summary>
/// <param name="InJournal">What the journal holds since its first frame: it survives restarts.</param>
/// <param name="Last24h">Gaps that ended in the last 24 hours, by tag and cause.</param>
sealed record GapSummaryReply(JournalAccountReply InJournal, IReadOnlyList<GapReply> Open, IReadOnlyList<GapCountReply> Last24h)
{
    internal static GapSummaryReply Of(GapReport report, IngestTime now)
    {
        long day = now.UnixNanoseconds - 86_400L * 1_000_000_000;
        return new GapSummaryReply(
            new JournalAccountReply(report.Received, report.Stored, report.Refused.Values.Sum(), report.Refused),
            [.. report.Open.Select(GapReply.Of)],
            [.. report.Closed.Where(g => g.To!.Value.UnixNanoseconds >= day)
                .GroupBy(g => (g.Source, g.Tag, g.Cause))
                .Select(g => new GapCountReply(
                    g.Key.Source, g.Key.Tag.Length > 0 ? g.Key.Tag : null, FloorWords.Of(g.Key.Cause), g.Count(), g.Sum(x => x.Values), g.Sum(x => x.To!.Value.UnixNanoseconds - x.From.UnixNanoseconds) / 1e9))]);
    }
}

/// <summary>Received = stored + refused, by what lies in the journal; redeliveries are not in it, for nothing is stored of them.</summary>
sealed record JournalAccountReply(long Received, long Stored, long RefusedTotal, IReadOnlyDictionary<string, long> Refused);

sealed record GapCountReply(string Source, string? Tag, string Cause, int Gaps, long Values, double Seconds);
