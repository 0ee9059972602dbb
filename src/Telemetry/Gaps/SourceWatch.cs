using EdgeRuntime.Facts;
using EdgeRuntime.Facts.Canonical;

namespace EdgeRuntime.Telemetry.Gaps;

/// <summary>What is known of one source. Its clock is the newest event time that it brought and that can be believed.</summary>
sealed class SourceWatch(string name)
{
    /// <summary>Tags with a promised period, by the moment at which their silence is too long. Each stands in it once at most.</summary>
    public PriorityQueue<TagWatch, (long Due, int Number)> Alarms { get; } = new();

    public string Name { get; } = name;

    public EventTime? Clock { get; set; }

    /// <summary>Its values are back, though the word that it is has not come yet.</summary>
    public bool Spoke { get; set; }

    /// <summary>Where its newest outage ended: silence of its tags counts from here.</summary>
    public EventTime? Resumed { get; set; }

    /// <summary>Why it is away; null: it is there.</summary>
    public GapCause? Down { get; set; }

    /// <summary>First moment without data of an outage; null: none. Still set after the source is back, until its first value.</summary>
    public EventTime? DownSince { get; set; }

    public GapCause DownCause { get; set; } = GapCause.Unknown;

    /// <summary>The shortest promised period among its tags, nanoseconds; 0: none has one.</summary>
    public long ShortestPeriod { get; set; }

    /// <summary>Messages of which nothing could be taken.</summary>
    public FaultRun? Refused { get; set; }

    /// <summary>All but the alarms, which its ledger saves: they are of its tags.</summary>
    public void Save(CanonicalWriter to)
    {
        to.Text(Name);
        to.Optional64(Clock?.UnixNanoseconds);
        to.Bool(Spoke);
        to.Optional64(Resumed?.UnixNanoseconds);
        to.Bool(Down.HasValue);
        if (Down is { } down)
            to.Named(down);
        to.Optional64(DownSince?.UnixNanoseconds);
        to.Named(DownCause);
        to.Signed(ShortestPeriod);
        FaultRun.Save(Refused, to);
    }

    public static SourceWatch Restore(ref CanonicalReader from) => new(from.Text())
    {
        Clock = TimeOf(from.Optional64()),
        Spoke = from.Bool(),
        Resumed = TimeOf(from.Optional64()),
        Down = from.Bool() ? from.Named<GapCause>() : null,
        DownSince = TimeOf(from.Optional64()),
        DownCause = from.Named<GapCause>(),
        ShortestPeriod = from.Signed(),
        Refused = FaultRun.Restore(ref from),
    };

    public static EventTime? TimeOf(long? nanoseconds) => nanoseconds is { } there ? new EventTime(there) : null;

    /// <summary>What it knew of its samples is of no use any more: they are gone.</summary>
    public void Forget()
    {
        Alarms.Clear();
        (Clock, Resumed, ShortestPeriod) = (null, null, 0);
        if (Down is null)
            DownSince = null;
    }
}
