namespace EdgeRuntime.Journal.Retention;

/// <summary>How tight the room is. Each step gives up one more thing, and the words stand on screens and in mode changes.</summary>
public enum SpaceLevel
{
    /// <summary>Nothing is given up.</summary>
    Normal,

    /// <summary>Raw samples of old sealed units are thinned: first, last, least and greatest of each minute stay.</summary>
    Thinning,

    /// <summary>What was thinned loses its samples altogether. Facts stay.</summary>
    Deleting,

    /// <summary>No telemetry is taken. Sources that can hold it back do; the rest is counted as a gap.</summary>
    ReadOnly,

    /// <summary>The reserve is in use. Labels, audit, activations and findings are stored; the clock is written rarely.</summary>
    LastReserve,
}
