using EdgeRuntime.Facts;
using EdgeRuntime.Hmi.Floor;

namespace EdgeRuntime.Hmi.Api;

/// <summary><c>GET /api/v1/status</c>.</summary>
sealed record StatusReply(
    string Site,
    string Build,
    string Now,
    long JournalFrame,
    string? Trouble,
    IReadOnlyList<string> Banners,
    ReconciliationReply Reconciliation,
    GapSummaryReply? Gaps,
    IReadOnlyList<SourceReply> Sources,
    LatencyReply? DecisionLatencyUs,
    IReadOnlyList<FindingReply> Findings)
{
    internal static StatusReply Of(FloorSnapshot floor, HmiOptions options) => new(
        options.SiteName,
        options.Build,
        floor.Now.ToString(),
        floor.Frame,
        floor.Trouble,
        options.Banners,
        ReconciliationReply.Of(floor.Reconciliation),
        floor.Gaps is { } gaps ? GapSummaryReply.Of(gaps, floor.Now) : null,
        [.. floor.Sources.Select(s => new SourceReply(s.Name, Words.Key(s.Health), s.Sentence))],
        floor.DecisionLatency is { } latency ? new LatencyReply(latency.P50, latency.P99) : null,
        [.. floor.Findings.Select(FindingReply.Of)]);
}

/// <summary>Since the process started: received = stored + accounted + beingWritten; <paramref name="Balances"/> is false when a value is missing for longer than the settle time.</summary>
sealed record ReconciliationReply(
    long Received, long Stored, long AccountedTotal, IReadOnlyDictionary<string, long> Accounted, long BeingWritten, long Missing, long TooMany, bool Balances)
{
    internal static ReconciliationReply Of(ReconciliationLine line) =>
        new(line.Received, line.Stored, line.Accounted, line.ByCause, line.BeingWritten, line.Missing, line.TooMany, line.Balances);
}

sealed record SourceReply(string Name, string State, string Sentence);

sealed record LatencyReply(double P50, double P99);

sealed record FindingReply(string Position, string At, string Layer, string Priority, string Subject, string Rule, string Sentence)
{
    internal static FindingReply Of(Recorded<Finding> finding) => new(
        finding.At.ToString(),
        finding.Ingest.ToString(),
        Words.Word(finding.Fact.Layer),
        Words.Key(finding.Fact.Priority),
        finding.Fact.Subject,
        finding.Fact.Rule,
        finding.Fact.Sentence);
}
