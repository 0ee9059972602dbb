using EdgeRuntime.Facts;
using EdgeRuntime.Journal;

namespace EdgeRuntime.Replay;

/// <summary>A decision with the batch that records it.</summary>
/// <param name="Index">Where it stands among the batch's facts.</param>
public sealed record RecordedDecision(Decision Decision, StoredBatch Record, int Index)
{
    /// <summary>Fewer digits than this name too many.</summary>
    public const int DigitsMin = 6;

    /// <summary>An id has so many.</summary>
    public const int IdDigits = 32;

    /// <summary>Its place in the journal.</summary>
    public Position Position => Record.PositionOf(Record.Batch.Samples.Count + Record.SamplesTaken + Index);

    /// <summary>The one decision whose id is, or begins with, <paramref name="beginning"/>; null when there is none or it is shorter than <see cref="DigitsMin"/>.</summary>
    /// <exception cref="AmbiguousIdException">Several ids begin so.</exception>
    public static RecordedDecision? Find(string beginning, IEnumerable<StoredBatch> journal)
    {
        if (beginning.Length < DigitsMin)
            return null;
        RecordedDecision? found = null;
        var candidates = new SortedDictionary<string, Decision>(StringComparer.Ordinal);
        foreach (StoredBatch batch in journal)
        {
            if (batch.Batch.Origin != Origins.Engine)
                continue;
            for (int i = 0; i < batch.Batch.Facts.Count; i++)
            {
                if (batch.Batch.Facts[i] is not Decision decision || !decision.PredictionId.StartsWith(beginning, StringComparison.Ordinal))
                    continue;
                found ??= new RecordedDecision(decision, batch, i);
                candidates.TryAdd(decision.PredictionId, decision);
            }

            if (found is not null && beginning.Length == IdDigits)
                return found;
        }

        return candidates.Count > 1 ? throw new AmbiguousIdException(beginning, [.. candidates.Values]) : found;
    }
}
