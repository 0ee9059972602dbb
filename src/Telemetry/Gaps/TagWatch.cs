using EdgeRuntime.Facts;
using EdgeRuntime.Facts.Canonical;

namespace EdgeRuntime.Telemetry.Gaps;

/// <summary>What is known of one tag. Intervals that are not null are open.</summary>
/// <param name="number">Order of first appearance: breaks ties the same way in every run.</param>
sealed class TagWatch(string tag, int number)
{
    public string Tag { get; } = tag;
    public int Number { get; } = number;

    /// <summary>The source that brought the newest value.</summary>
    public string Source { get; set; } = "";

    /// <summary>The newest event time that can be believed; null before the first.</summary>
    public EventTime? Last { get; set; }

    /// <summary>Nanoseconds between two values as the site promises; 0: no promise.</summary>
    public long Period { get; set; }

    /// <summary>The source on whose alarm clock it stands; null: on none.</summary>
    public SourceWatch? Alarm { get; set; }

    /// <summary>Since when it is silent although its source speaks.</summary>
    public EventTime? SilentSince { get; set; }

    /// <summary>When the box went off, until the first value after.</summary>
    public EventTime? OffSince { get; set; }

    /// <summary>Values that came and could not be used.</summary>
    public FaultRun? Faults { get; set; }

    /// <summary>All but the alarm, which its ledger saves: it is of another object.</summary>
    public void Save(CanonicalWriter to)
    {
        to.Text(Tag);
        to.Count(Number);
        to.Text(Source);
        to.Optional64(Last?.UnixNanoseconds);
        to.Signed(Period);
        to.Optional64(SilentSince?.UnixNanoseconds);
        to.Optional64(OffSince?.UnixNanoseconds);
        FaultRun.Save(Faults, to);
    }

    public static TagWatch Restore(ref CanonicalReader from) => new(from.Text(), from.Index())
    {
        Source = from.Text(),
        Last = SourceWatch.TimeOf(from.Optional64()),
        Period = from.Signed(),
        SilentSince = SourceWatch.TimeOf(from.Optional64()),
        OffSince = SourceWatch.TimeOf(from.Optional64()),
        Faults = FaultRun.Restore(ref from),
    };
}
