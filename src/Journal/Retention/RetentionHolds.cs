using EdgeRuntime.Facts;

namespace EdgeRuntime.Journal.Retention;

/// <summary>
/// What must keep its raw samples, read from the journal and from nothing else: the last hour before every decision that a person labelled or asked
/// evidence of, before every anomaly of the last year, and around the activations in force and the ones before them, to which people may go back.
/// </summary>
public sealed class RetentionHolds
{
    /// <summary>As an audit's action: raw samples before the decision that its subject names are kept.</summary>
    public const string HoldAction = "hold";

    /// <summary>As above, said by who made a pack of evidence.</summary>
    public const string EvidenceAction = "evidence";

    static readonly TimeSpan Before = TimeSpan.FromHours(1);
    static readonly TimeSpan After = TimeSpan.FromMinutes(5);
    static readonly TimeSpan AnomaliesKept = TimeSpan.FromDays(365);

    readonly HashSet<string> _cited = new(StringComparer.Ordinal);
    readonly Dictionary<string, List<(Activation Activation, long Ingest)>> _activations = new(StringComparer.Ordinal);
    readonly List<(long From, long To, string Why)> _spans = [];

    /// <summary>Reads the journal twice: who is cited, and then when that was.</summary>
    /// <exception cref="JournalCorruptException">A stored byte is not what was written.</exception>
    public static RetentionHolds Of(IJournal journal, IngestTime now, CancellationToken stop)
    {
        var holds = new RetentionHolds();
        long last = journal.LastFrame;
        foreach (StoredBatch stored in journal.Read(journal.FirstFrame).TakeWhile(b => b.Frame <= last))
        {
            stop.ThrowIfCancellationRequested();
            foreach (Fact fact in stored.Batch.Facts)
                holds.Cite(fact, stored.Batch.Ingest);
        }

        foreach (StoredBatch stored in journal.Read(journal.FirstFrame).TakeWhile(b => b.Frame <= last))
        {
            stop.ThrowIfCancellationRequested();
            foreach (Decision decision in stored.Batch.Facts.OfType<Decision>())
                holds.Place(decision, stored.Batch.Ingest, now);
        }

        foreach ((Activation activation, long ingest) in holds._activations.Values.SelectMany(of => of))
            holds.Add(ingest, $"the activation of {activation.Release} for {activation.Asset} is in force or the one before");
        return holds;
    }

    /// <summary>Why the unit must keep its samples; null where nothing needs them.</summary>
    public string? WhyNot(SealedUnit unit)
    {
        foreach ((long from, long to, string why) in _spans)
        {
            if (unit.FirstIngest.UnixNanoseconds <= to && unit.LastIngest.UnixNanoseconds >= from)
                return why;
        }

        return null;
    }

    void Cite(Fact fact, IngestTime ingest)
    {
        switch (fact)
        {
            case Label label:
                _cited.Add(label.PredictionId);
                break;
            case Audit { Action: HoldAction or EvidenceAction } audit:
                _cited.Add(audit.Subject);
                break;
            case Activation activation:
                Remember(activation, ingest.UnixNanoseconds);
                break;
            default:
                break;
        }
    }

    /// <summary>Of each arm of an asset the newest two.</summary>
    void Remember(Activation activation, long ingest)
    {
        string arm = $"{activation.Asset}/{activation.Role}";
        if (!_activations.TryGetValue(arm, out List<(Activation, long)>? of))
            _activations.Add(arm, of = []);
        of.Add((activation, ingest));
        if (of.Count > 2)
            of.RemoveAt(0);
    }

    void Place(Decision decision, IngestTime ingest, IngestTime now)
    {
        if (_cited.Contains(decision.PredictionId))
            Add(ingest.UnixNanoseconds, $"decision {decision.PredictionId} was labelled or cited");
        else if (decision.State == DecisionState.Anomaly && now.UnixNanoseconds - ingest.UnixNanoseconds < AnomaliesKept.Ticks * 100)
            Add(ingest.UnixNanoseconds, $"decision {decision.PredictionId} is an anomaly of the last year");
    }

    void Add(long ingest, string why)
    {
        (long from, long to) = (ingest - (Before.Ticks * 100), ingest + (After.Ticks * 100));
        // An anomaly goes on for many decisions: one span.
        if (_spans is [.., var last] && from <= last.To && from >= last.From)
            _spans[^1] = last with { To = Math.Max(last.To, to) };
        else
            _spans.Add((from, to, why));
    }
}
