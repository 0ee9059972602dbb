using EdgeRuntime.Facts;

namespace EdgeRuntime.Hq.Datasets;

/// <summary>What people say of each vector of a recording, and the events that they name.</summary>
static class RecordingTruths
{
    /// <summary>From a label beside each row: it holds from its row's time until the next row's.</summary>
    /// <param name="rows">The rows of the recording, in the order of their times.</param>
    internal static (IReadOnlyList<Truth> Truths, IReadOnlyList<LabelledEvent> Events) OfRows(
        string recording, IReadOnlyList<SignalRow> rows, LabelMapping labels, IReadOnlyList<EventTime> times)
    {
        var events = new List<LabelledEvent>();
        SignalRow? first = null;
        foreach (SignalRow row in rows)
        {
            bool isEvent = labels.Of(row.Label) == Truth.Event;
            // A row that nobody was sure of does not end an event by itself: what follows tells.
            if (first is not null && (isEvent ? labels.NameOf(recording, first.Label) != labels.NameOf(recording, row.Label) : labels.Of(row.Label) == Truth.Normal))
            {
                events.Add(new LabelledEvent(labels.NameOf(recording, first.Label), first.At, row.At));
                first = null;
            }

            if (isEvent)
                first ??= row;
        }

        if (first is not null)
            events.Add(new LabelledEvent(labels.NameOf(recording, first.Label), first.At, Behind(rows[^1].At)));
        var truths = new Truth[times.Count];
        int at = -1;
        for (int i = 0; i < truths.Length; i++)
        {
            while (at + 1 < rows.Count && rows[at + 1].At <= times[i])
                at++;
            truths[i] = at < 0 ? Truth.Unknown : labels.Of(rows[at].Label);
        }

        Widen(truths, times, events, labels.Margin);
        return (truths, events);
    }

    /// <summary>From intervals: what lies in none is normal, and so is what is odd but harmless.</summary>
    internal static (IReadOnlyList<Truth> Truths, IReadOnlyList<LabelledEvent> Events) OfIntervals(
        string asset, IEnumerable<LabelledInterval> intervals, TimeSpan margin, IReadOnlyList<EventTime> times)
    {
        if (times.Count == 0)
            return ([], []);
        LabelledEvent[] events = [.. intervals.Where(i => i.Asset.Length == 0 || i.Asset == asset).Select(i => i.Event)
            .Where(e => e.To > times[0] && e.From <= times[^1]).OrderBy(e => e.From.UnixNanoseconds).ThenBy(e => e.Fault, StringComparer.Ordinal)];
        var truths = new Truth[times.Count];
        Array.Fill(truths, Truth.Normal);
        Widen(truths, times, events, margin);
        foreach (LabelledEvent one in events.Where(e => !e.Harmless))
        {
            for (int i = 0; i < truths.Length; i++)
            {
                if (times[i] >= one.From && times[i] < one.To)
                    truths[i] = Truth.Event;
            }
        }

        return (truths, events);
    }

    static void Widen(Truth[] truths, IReadOnlyList<EventTime> times, IReadOnlyList<LabelledEvent> events, TimeSpan margin)
    {
        if (margin == TimeSpan.Zero)
            return;
        long wide = margin.Ticks * 100;
        foreach (LabelledEvent one in events.Where(e => !e.Harmless))
        {
            for (int i = 0; i < truths.Length; i++)
            {
                long at = times[i].UnixNanoseconds;
                bool isBeside = (at >= one.From.UnixNanoseconds - wide && at < one.From.UnixNanoseconds) || (at >= one.To.UnixNanoseconds && at < one.To.UnixNanoseconds + wide);
                if (isBeside && truths[i] == Truth.Normal)
                    truths[i] = Truth.Unknown;
            }
        }
    }

    static EventTime Behind(EventTime last) => new(last.UnixNanoseconds + 1);
}
