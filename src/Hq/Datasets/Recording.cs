using EdgeRuntime.Facts;

namespace EdgeRuntime.Hq.Datasets;

/// <summary>
/// One recording as a trainer and an evaluation see it: whole vectors in the order in which they were known, each with what people say of its moment. No
/// window reaches from one recording into another, and no split ever cuts rows that two recordings share.
/// </summary>
/// <param name="Name">Of the file, relative to the data, with '/' and without its extension; of a journal the asset.</param>
/// <param name="Asset">Which machine it is of.</param>
/// <param name="Regime">The way it was run, where the recipe says how that is known; else empty.</param>
/// <param name="Times">Event time of each vector, never falling.</param>
/// <param name="Rows">One whole vector each, all of one width.</param>
/// <param name="Truths">As many as rows.</param>
/// <param name="Events">By their beginning; what a row says and what an interval says agree.</param>
/// <param name="LeftOut">Vectors with gaps, which no model is asked about.</param>
sealed record Recording(
    string Name,
    string Asset,
    string Regime,
    IReadOnlyList<EventTime> Times,
    IReadOnlyList<float[]> Rows,
    IReadOnlyList<Truth> Truths,
    IReadOnlyList<LabelledEvent> Events,
    int LeftOut)
{
    /// <summary>Moments at which people say that something changes, where they marked them; null: nobody did, and beginnings and ends of events stand for them.</summary>
    public IReadOnlyList<EventTime>? ChangePoints { get; init; }

    /// <summary>What the box's own validation refused, by time; null: nobody knows, as where the data holds vectors.</summary>
    public IReadOnlyList<RefusedMoment>? RefusedMoments { get; init; }

    /// <summary>Rows side by side of it, with the events that reach into their time. An event without a row goes with the rows before it, or with the first, so that no cut loses it.</summary>
    internal Recording Part(int first, int rows) => first == 0 && rows == Rows.Count ? this : this with
    {
        Times = [.. Times.Skip(first).Take(rows)],
        Rows = [.. Rows.Skip(first).Take(rows)],
        Truths = [.. Truths.Skip(first).Take(rows)],
        Events = [.. Events.Where(e => rows > 0 && IsIn(e, first, first + rows))],
        RefusedMoments = RefusedMoments is null ? null : [.. RefusedMoments.Where(r => rows > 0 && r.At <= Times[first + rows - 1] && r.At >= Times[first])],
    };

    bool IsIn(LabelledEvent one, int first, int end) =>
        one.From > Times[end - 1] ? end == Rows.Count || one.To <= Times[end]
        : one.To > Times[first] || first == 0;
}

/// <summary>One interval that people call an event.</summary>
/// <param name="Fault">What it is called; "event" where nobody named it.</param>
/// <param name="From">The first moment that shows it.</param>
/// <param name="To">The first that does not.</param>
/// <param name="Harmless">It looks odd and is none, as a change of recipe: to say so of it is a false alarm.</param>
sealed record LabelledEvent(string Fault, EventTime From, EventTime To, bool Harmless = false);
