using EdgeRuntime.Facts;

namespace EdgeRuntime.Hq.Datasets;

/// <summary>What people said of an asset's decisions: the last word on each counts, and what was taken back does not.</summary>
sealed class VerdictBook(string asset)
{
    readonly Dictionary<string, EventTime> _decided = new(StringComparer.Ordinal);
    readonly Dictionary<string, Label> _labels = new(StringComparer.Ordinal);
    readonly HashSet<string> _replaced = new(StringComparer.Ordinal);

    public void Take(FactBatch batch)
    {
        foreach (Fact fact in batch.Facts)
        {
            if (fact is Decision decision && decision.Asset == asset)
                _decided[decision.PredictionId] = decision.At;
            else if (fact is Label label && _labels.TryAdd(label.Id, label) && label.Supersedes.Length > 0)
                _replaced.Add(label.Supersedes);
        }
    }

    /// <summary>Real is an event, not real is normal; where two people who stand disagree, and where nobody judged, it is unknown.</summary>
    public IReadOnlyList<Truth> Truths(IReadOnlyList<EventTime> times)
    {
        var said = new Dictionary<EventTime, Truth>();
        foreach (Label label in _labels.Values.Where(l => !_replaced.Contains(l.Id) && l.Verdict is Verdict.Real or Verdict.NotReal))
        {
            if (!_decided.TryGetValue(label.PredictionId, out EventTime at))
                continue;
            Truth truth = label.Verdict == Verdict.Real ? Truth.Event : Truth.Normal;
            said[at] = said.TryGetValue(at, out Truth other) && other != truth ? Truth.Unknown : truth;
        }

        return [.. times.Select(t => said.GetValueOrDefault(t))];
    }

    /// <summary>Moments that were called real, one beside the other, are one event.</summary>
    public IReadOnlyList<LabelledEvent> Events(IReadOnlyList<EventTime> times)
    {
        IReadOnlyList<Truth> truths = Truths(times);
        var events = new List<LabelledEvent>();
        for (int i = 0; i < truths.Count; i++)
        {
            if (truths[i] != Truth.Event)
                continue;
            int first = i;
            while (i + 1 < truths.Count && truths[i + 1] == Truth.Event)
                i++;
            events.Add(new LabelledEvent("event", times[first], new EventTime(times[i].UnixNanoseconds + 1)));
        }

        return events;
    }
}
