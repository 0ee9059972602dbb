using EdgeRuntime.Facts;
using EdgeRuntime.Hq.Datasets;

namespace EdgeRuntime.Hq.Evaluation;

/// <summary>What became of one event that should have been found.</summary>
/// <param name="Recording">Its recording's name.</param>
/// <param name="DelaySeconds">From its beginning, or from the recording's where it began before, to the first alarm inside; null: missed.</param>
/// <param name="WasAlarming">The row before the event alarmed already: luck, or an event that began before people saw it.</param>
/// <param name="Unseen">No vector lies inside it, so no model was asked. It counts as missed.</param>
sealed record EventOutcome(string Recording, LabelledEvent Event, double? DelaySeconds, bool WasAlarming, bool Unseen)
{
    /// <summary>Why the box's own validation first refused something within it; null: it refused nothing, or nobody knows.</summary>
    public string? Refused { get; init; }

    /// <summary>One for each event that is not harmless, in the recording's order.</summary>
    internal static IReadOnlyList<EventOutcome> Of(Recording recording, IReadOnlyList<bool> alarms) =>
        [.. recording.Events.Where(e => !e.Harmless).Select(e => Of(recording, alarms, e) with { Refused = recording.RefusedMoments?.FirstOrDefault(r => r.At >= e.From && r.At < e.To)?.Why })];

    static EventOutcome Of(Recording recording, IReadOnlyList<bool> alarms, LabelledEvent one)
    {
        int first = First(recording.Times, one.From), end = First(recording.Times, one.To);
        bool wasAlarming = first > 0 && first < end && alarms[first - 1] && alarms[first];
        for (int i = first; i < end; i++)
        {
            if (alarms[i])
            {
                long from = Math.Max(one.From.UnixNanoseconds, recording.Times[0].UnixNanoseconds);
                return new EventOutcome(recording.Name, one, (recording.Times[i].UnixNanoseconds - from) / 1e9, wasAlarming, false);
            }
        }

        return new EventOutcome(recording.Name, one, null, false, first == end);
    }

    /// <summary>The first row at or behind a moment.</summary>
    static int First(IReadOnlyList<EventTime> times, EventTime at)
    {
        int low = 0, high = times.Count;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (times[middle] < at)
                low = middle + 1;
            else
                high = middle;
        }

        return low;
    }
}
