namespace EdgeRuntime.Features;

/// <summary>What no pipeline may exceed, so that one document cannot take the box down. Said in OPERATORS.md.</summary>
static class FeatureLimits
{
    public const int InputsMax = 256;
    public const int FeaturesMax = 1024;

    /// <summary>Samples of one signal that are remembered; 32 bytes each, so 8 MiB. 72 hours at 1 Hz, 7 hours at 10 Hz.</summary>
    public const int SamplesMax = 1 << 18;

    /// <summary>
    /// Vectors of a regular grid that a silence in event time may cost at once; a longer hole is stepped over. What one input makes the engine say is one
    /// journal frame: 60 vectors of 1,024 features with their decisions are some 2 MB, and a frame holds 16.
    /// </summary>
    public const int HoleVectorsMax = 60;

    /// <summary>No duration of a pipeline is longer. Ten years and <see cref="EventNanosecondsMax"/> together stay far inside 64 bits.</summary>
    public static readonly TimeSpan DurationMax = TimeSpan.FromDays(3650);

    /// <summary>The finest grid.</summary>
    public static readonly TimeSpan EveryMin = TimeSpan.FromMilliseconds(1);

    /// <summary>Event times beyond this (years 1823 to 2116) are not believed; sums with a duration cannot overflow then.</summary>
    public const long EventNanosecondsMax = 1L << 62;

    /// <summary>How far a source's clock may run ahead of the box and of itself before it is not believed.</summary>
    public const long AheadNanosecondsMax = 86_400_000_000_000;

    /// <summary>The box's clock was set, or the box was off: a longer step from one input to the next is not time that passed in silence.</summary>
    public const long BoxStepNanosecondsMax = 3_600_000_000_000;
}
