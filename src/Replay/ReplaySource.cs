using EdgeRuntime.Decisions.Plans;
using EdgeRuntime.Decisions.States;
using EdgeRuntime.Facts;
using EdgeRuntime.Gateway;
using EdgeRuntime.Journal;

namespace EdgeRuntime.Replay;

/// <summary>What a replay reads: the journal, the archive of plans, and the engine's saved states.</summary>
public sealed record ReplaySource
{
    /// <summary>How many frames the first look back for a decision takes; each further one twice as many.</summary>
    const long LookBackFrames = 4096;

    /// <summary>Everything from a frame on, damage in the place of what is lost.</summary>
    public required Func<long, IEnumerable<JournalEntry>> Entries { get; init; }

    /// <summary>The newest frame.</summary>
    public required Func<long> LastFrame { get; init; }

    public required IPlanArchive Archive { get; init; }

    public required ArmLoader Arms { get; init; }

    /// <summary>Null: a replay begins at the first frame that can be read.</summary>
    public EngineStates? States { get; init; }

    /// <summary>All readable batches from a frame on.</summary>
    public IEnumerable<StoredBatch> Batches(long fromFrame)
    {
        foreach (JournalEntry entry in Entries(fromFrame))
        {
            if (entry.Batch is { } batch)
                yield return batch;
        }
    }

    /// <summary>The newest record that holds a decision whose id begins so; null: there is none. It is looked for from the end, so a recent one is found at once.</summary>
    public (Decision Decision, StoredBatch Record)? Find(string predictionId)
    {
        long to = LastFrame();
        for (long frames = LookBackFrames; to > 0; frames *= 2)
        {
            long from = Math.Max(1, to - frames + 1);
            (Decision, StoredBatch)? found = null;
            foreach (StoredBatch batch in Batches(from))
            {
                if (batch.Frame > to)
                    break;
                if (batch.Batch.Origin != Origins.Engine)
                    continue;
                foreach (Fact fact in batch.Batch.Facts)
                {
                    if (fact is Decision decision && decision.PredictionId.StartsWith(predictionId, StringComparison.Ordinal))
                        found = (decision, batch);
                }
            }

            if (found is not null)
                return found;
            to = from - 1;
        }

        return null;
    }
}
