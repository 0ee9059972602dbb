using EdgeRuntime.Facts;
using EdgeRuntime.Journal;
using EdgeRuntime.Telemetry;

namespace EdgeRuntime.Service.Runtime;

/// <summary>What a start must know of the past, found in one walk over the journal: the activations in force, and the names of messages that are already stored.</summary>
sealed class JournalSurvey
{
    readonly Dictionary<string, List<Activation>> _active = new(StringComparer.Ordinal);

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
                if (fact is Activation activation)
                    survey.Take(activation);
            }
        }

        return survey;
    }

    /// <summary>The primary's activation first, then those of its shadows; empty when the asset was never active.</summary>
    public IReadOnlyList<Activation> ActiveOf(string asset) => _active.TryGetValue(asset, out List<Activation>? active) ? active : [];

    void Take(Activation activation)
    {
        if (activation.Role == ArmRole.Shadow && _active.TryGetValue(activation.Asset, out List<Activation>? active))
            active.Add(activation);
        else
            _active[activation.Asset] = [activation];
    }
}
