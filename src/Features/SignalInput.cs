namespace EdgeRuntime.Features;

/// <summary>One signal that a pipeline reads, with the rules by which its samples are taken or refused. A rule that is null is not applied.</summary>
public sealed record SignalInput
{
    /// <summary>Name of the signal; the asset says which tag it is.</summary>
    public required string Signal { get; init; }

    /// <summary>The unit the pipeline counts on; the tag must have the same.</summary>
    public required string Unit { get; init; }

    /// <summary>Lowest value that is believed.</summary>
    public double? Low { get; init; }

    /// <summary>Highest value that is believed.</summary>
    public double? High { get; init; }

    /// <summary>The very same value for longer than this is not believed any more.</summary>
    public TimeSpan? Stuck { get; init; }

    /// <summary>The fastest believable change, in units per second.</summary>
    public double? Rate { get; init; }

    /// <summary>How long a value may be held; null: for ever.</summary>
    public TimeSpan? MaxAge { get; init; }

    /// <summary>Line of the document that names the signal, for violations.</summary>
    internal int Line { get; init; }
}
