namespace EdgeRuntime.Features;

/// <summary>What no pipeline may exceed, so that one document cannot take the box down. Said in OPERATORS.md.</summary>
static class FeatureLimits
{
    public const int InputsMax = 256;
    public const int FeaturesMax = 1024;

    /// <summary>Samples of one signal that are remembered; 32 bytes each, so 8 MiB. 72 hours at 1 Hz, 7 hours at 10 Hz.</summary>
    public const int SamplesMax = 1 << 18;

    /// <summary>A residual is a weighted sum of at most 63 features.</summary>
    public const int ResidualSourcesMax = 64;

    /// <summary>Fewer samples have no spectrum worth the name.</summary>
    public const int SpectrumSamplesMin = 8;

    /// <summary>The newest samples of a window that a spectrum is made of, a power of two.</summary>
    public const int SpectrumSamplesMax = 1 << 16;

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

    /// <summary>A larger step of a source's clock is not believed at once, unless the document says otherwise.</summary>
    public static readonly TimeSpan JumpDefault = TimeSpan.FromMinutes(10);

    /// <summary>How long a step must hold to be believed, unless the document says otherwise.</summary>
    public static readonly TimeSpan HoldDefault = TimeSpan.FromMinutes(1);

    /// <summary>How many samples must agree on a step before it is believed.</summary>
    public const int HoldSamples = 10;

    /// <summary>Vectors that are out and are remembered for corrections, at most; and the numbers in them together: 16 MiB.</summary>
    public const int CorrectableVectorsMax = 1 << 16;

    /// <inheritdoc cref="CorrectableVectorsMax"/>
    public const int CorrectableNumbersMax = 1 << 22;

    /// <summary>Vectors that one batch of late samples may have computed again; the rest is said in the last correction.</summary>
    public const int CorrectionsMax = 256;

    /// <summary>How far a source's clock may run ahead of the box and of itself before it is not believed.</summary>
    public const long AheadNanosecondsMax = 86_400_000_000_000;

    /// <summary>The box's clock was set, or the box was off: a longer step from one input to the next is not time that passed in silence.</summary>
    public const long BoxStepNanosecondsMax = 3_600_000_000_000;
}
