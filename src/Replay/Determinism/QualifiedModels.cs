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

    /// <summary>Takes what was known behind <paramref name="afterFrame"/>, in journal order, for a walk that begins there.</summary>
    public void Take(IEnumerable<Qualification> known, long afterFrame)
    {
        foreach (Qualification found in known)
            Take(found, afterFrame);
    }

    /// <summary>Takes the next batch of a walk in journal order.</summary>
    public void Take(StoredBatch batch)
    {
        if (batch.Batch.Origin != Origins.Service)
            return;
        foreach (Fact fact in batch.Batch.Facts)
        {
            if (fact is Qualification found)
                Take(found, batch.Frame);
        }
    }

    /// <summary>The measurement that held for a model at <paramref name="frame"/>; null when it had none.</summary>
    public Qualification? Of(string asset, Digest serving, Digest model, long frame)
    {
        if (!_found.TryGetValue((asset, serving, model), out List<(long Frame, Qualification Found)>? since))
            return null;
        for (int i = since.Count - 1; i >= 0; i--)
        {
            if (since[i].Frame <= frame)
                return since[i].Found;
        }

        return null;
    }

    /// <summary>The measurement of the model that answered; null where none did, or it was never measured.</summary>
    public Qualification? Of(Decision decision) =>
        decision.Model.IsNone ? null : Of(decision.Asset, decision.Serving, decision.Model, decision.Cause.Frame);

    void Take(Qualification found, long frame)
    {
        if (!_found.TryGetValue((found.Asset, found.Serving, found.Model), out List<(long, Qualification)>? since))
            _found[(found.Asset, found.Serving, found.Model)] = since = [];
        since.Add((frame, found));
    }
}
