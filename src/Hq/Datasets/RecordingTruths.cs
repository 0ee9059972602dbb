using EdgeRuntime.Facts;

namespace EdgeRuntime.Hq.Datasets;

/// <summary>What people say of each vector of a recording, and the events that they name.</summary>
static class RecordingTruths
{
    /// <summary>From a label beside each row: it holds from its row's time until the next row's.</summary>
    /// <param name="rows">The rows of the recording, as they lie in its file: they are ordered by their times, and of rows of one time the last holds.</param>
    /// <param name="mistimed">Places of rows whose time is not believed, and which label nothing; null: none.</param>
    internal static (IReadOnlyList<Truth> Truths, IReadOnlyList<LabelledEvent> Events) OfRows(
        string recording, IReadOnlyList<SignalRow> rows, LabelMapping labels, IReadOnlyList<EventTime> times, IReadOnlySet<int>? mistimed = null)
    {
        SignalRow[] ordered = Ordered(rows, mistimed);
        var events = new List<LabelledEvent>();
        SignalRow? first = null;
        foreach (SignalRow row in ordered)
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
            events.Add(new LabelledEvent(labels.NameOf(recording, first.Label), first.At, Behind(ordered[^1].At)));
        var truths = new Truth[times.Count];
        for (int i = 0; i < truths.Length; i++)
            truths[i] = LastUpTo(ordered, times[i]) is { } row ? labels.Of(row.Label) : Truth.Unknown;

        Widen(truths, times, events, labels.Margin);
        return (truths, events);
    }

    /// <summary>From intervals: what lies in none is normal, and so is what is odd but harmless. One that lies in the recording's time and in no vector's is an event all the same, which nobody saw.</summary>
    /// <param name="span">The recording's time; null: it has none.</param>
    internal static (IReadOnlyList<Truth> Truths, IReadOnlyList<LabelledEvent> Events) OfIntervals(
        string asset, IEnumerable<LabelledInterval> intervals, TimeSpan margin, IReadOnlyList<EventTime> times, RecordingSpan? span)
    {
        LabelledEvent[] events = [.. intervals.Where(i => i.IsOf(asset, span)).Select(i => i.Event).OrderBy(e => e.From.UnixNanoseconds).ThenBy(e => e.Fault, StringComparer.Ordinal)];
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

    /// <summary>From the first believed row to the last; null: there is none.</summary>
    internal static RecordingSpan? SpanOf(IReadOnlyList<SignalRow> rows, IReadOnlySet<int> mistimed) =>
        Ordered(rows, mistimed) is [SignalRow first, ..] ordered ? new RecordingSpan(first.At, ordered[^1].At) : null;

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

    /// <summary>By time; rows of one time stay in the order of the file.</summary>
    static SignalRow[] Ordered(IReadOnlyList<SignalRow> rows, IReadOnlySet<int>? mistimed) =>
        [.. rows.Where((_, i) => mistimed?.Contains(i) != true).OrderBy(r => r.At.UnixNanoseconds)];

    /// <summary>The last row at or before a moment.</summary>
    static SignalRow? LastUpTo(SignalRow[] ordered, EventTime at)
    {
        int low = 0, high = ordered.Length;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (ordered[middle].At <= at)
                low = middle + 1;
            else
                high = middle;
        }

        return low == 0 ? null : ordered[low - 1];
    }

    static EventTime Behind(EventTime last) => new(last.UnixNanoseconds + 1);
}

/// <summary>What a recording lasted, both ends in it.</summary>
readonly record struct RecordingSpan(EventTime From, EventTime To);
