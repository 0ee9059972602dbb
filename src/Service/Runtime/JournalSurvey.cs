using EdgeRuntime.Facts;
using EdgeRuntime.Journal;
using EdgeRuntime.Telemetry;

namespace EdgeRuntime.Service.Runtime;

/// <summary>What a start must know of the past, found in one walk over the journal: the activations and documents in force, and the names of messages that are already stored.</summary>
sealed class JournalSurvey
{
    readonly Dictionary<string, List<Activation>> _active = new(StringComparer.Ordinal);
    readonly Dictionary<string, Digest> _documents = new(StringComparer.Ordinal);

    JournalSurvey(RedeliveryWindow window) => Window = window;

    public RedeliveryWindow Window { get; }

    public static JournalSurvey Of(IJournal journal)
    {
        var survey = new JournalSurvey(new RedeliveryWindow());
        foreach (StoredBatch stored in journal.Read())
        {
            survey.Window.Remember(stored.Batch);
            if (stored.Batch.Origin != Origins.Service)
                continue;
            foreach (Fact fact in stored.Batch.Facts)
            {
                survey.Take(fact);
            }
        }

        return survey;
    }

    /// <summary>The primary's activation first, then those of its shadows; empty when the asset was never active.</summary>
    public IReadOnlyList<Activation> ActiveOf(string asset) => _active.TryGetValue(asset, out List<Activation>? active) ? active : [];

    /// <summary>Every asset that something answers for, by id.</summary>
    public IReadOnlyList<string> ActiveAssets => [.. _active.Keys.Order(StringComparer.Ordinal)];

    /// <summary>Digest of a site document by its file name, as the journal last named it; none when it never did.</summary>
    public Digest DocumentOf(string file) => _documents.GetValueOrDefault(file);

    /// <summary>Every site document that the journal names as in force.</summary>
    public IReadOnlyList<string> Documents => [.. _documents.Keys.Order(StringComparer.Ordinal)];

    /// <summary>Goes on with what the service itself has appended since.</summary>
    public void Take(Fact fact)
    {
        switch (fact)
        {
            case Activation { IsEnd: true } end:
                _active.Remove(end.Asset);
                break;
            case Activation { Role: ArmRole.Shadow } shadow when _active.TryGetValue(shadow.Asset, out List<Activation>? active):
                active.Add(shadow);
                break;
            case Activation activation:
                _active[activation.Asset] = [activation];
                break;
            case Audit { Action: SiteChange.DocumentAction } document when Digest.TryParse(document.After, out Digest digest):
                _documents[document.Subject] = digest;
                break;
            case Audit { Action: SiteChange.DocumentAction } gone:
                _documents.Remove(gone.Subject);
                break;
            default:
                break;
        }
    }
}
