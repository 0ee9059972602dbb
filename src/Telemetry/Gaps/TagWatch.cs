using EdgeRuntime.Facts;

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
}
