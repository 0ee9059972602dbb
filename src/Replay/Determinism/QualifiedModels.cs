using EdgeRuntime.Facts;
using EdgeRuntime.Journal;

namespace EdgeRuntime.Replay.Determinism;

/// <summary>What was measured of every model, and from which frame on it held.</summary>
public sealed class QualifiedModels
{
    readonly Dictionary<(string Asset, Digest Serving, Digest Model), List<(long Frame, Qualification Found)>> _found = [];

    /// <summary>All that a journal says, in one walk.</summary>
    public static QualifiedModels Of(IEnumerable<StoredBatch> journal)
    {
        var models = new QualifiedModels();
        foreach (StoredBatch batch in journal)
            models.Take(batch);
        return models;
    }

    /// <summary>Takes the next batch of a walk in journal order.</summary>
    public void Take(StoredBatch batch)
    {
        if (batch.Batch.Origin != Origins.Service)
            return;
        foreach (Fact fact in batch.Batch.Facts)
        {
            if (fact is not Qualification found)
                continue;
            if (!_found.TryGetValue((found.Asset, found.Serving, found.Model), out List<(long, Qualification)>? since))
                _found[(found.Asset, found.Serving, found.Model)] = since = [];
            since.Add((batch.Frame, found));
        }
    }

    /// <summary>The measurement that held for a model at <paramref name="frame"/>; null when it had none.</summary>
    public Qualification? Of(string asset, Digest serving, Digest model, long frame) =>
        _found.TryGetValue((asset, serving, model), out List<(long Frame, Qualification Found)>? since)
            ? since.LastOrDefault(f => f.Frame <= frame).Found
            : null;

    /// <summary>The measurement of the model that answered; null where none did, or it was never measured.</summary>
    public Qualification? Of(Decision decision) =>
        decision.Model.IsNone ? null : Of(decision.Asset, decision.Serving, decision.Model, decision.Cause.Frame);
}
