using EdgeRuntime.Facts;
using EdgeRuntime.Journal;
using EdgeRuntime.Telemetry;

namespace EdgeRuntime.Service.Runtime;

/// <summary>
/// What a start must know of the past, found in one walk over the journal: the activations in force, what was measured of their models, the newest
/// self-audit, and the names of messages that are already stored.
/// </summary>
sealed class JournalSurvey
{
    readonly Dictionary<string, List<Activation>> _active = new(StringComparer.Ordinal);

    readonly Dictionary<(string Asset, ArmRole Role, Digest Serving), Qualification> _qualified = [];

    JournalSurvey(RedeliveryWindow window) => Window = window;

    public RedeliveryWindow Window { get; }

    /// <summary>When the newest self-audit was written; where there was none, when the journal began; null for an empty journal.</summary>
    public IngestTime? Audited { get; private set; }

    public static JournalSurvey Of(IJournal journal)
    {
        var survey = new JournalSurvey(new RedeliveryWindow());
        foreach (StoredBatch stored in journal.Read())
        {
            survey.Window.Remember(stored.Batch);
            survey.Audited ??= stored.Batch.Ingest;
            if (stored.Batch.Origin != Origins.Service)
                continue;
            foreach (Fact fact in stored.Batch.Facts)
            {
                switch (fact)
                {
                    case Activation activation:
                        survey.Take(activation);
                        break;
                    case Qualification found:
                        survey._qualified[(found.Asset, found.Role, found.Serving)] = found;
                        break;
                    case Finding { Rule: SelfAudit.Rule }:
                        survey.Audited = stored.Batch.Ingest;
                        break;
                    default:
                        break;
                }
            }
        }

        return survey;
    }

    /// <summary>The primary's activation first, then those of its shadows; empty when the asset was never active.</summary>
    public IReadOnlyList<Activation> ActiveOf(string asset) => _active.TryGetValue(asset, out List<Activation>? active) ? active : [];

    /// <summary>The newest measurement of every model in every role.</summary>
    public IEnumerable<Qualification> Qualifications => _qualified.Values;

    /// <summary>The newest measurement of a model; null when it was never measured.</summary>
    public Qualification? QualificationOf(string asset, ArmRole role, Digest serving) => _qualified.GetValueOrDefault((asset, role, serving));

    void Take(Activation activation)
    {
        if (activation.Role == ArmRole.Shadow && _active.TryGetValue(activation.Asset, out List<Activation>? active))
            active.Add(activation);
        else
            _active[activation.Asset] = [activation];
    }
}
