namespace EdgeRuntime.Hmi;

/// <summary>How a telemetry source is seen from the screen.</summary>
public enum SourceHealth
{
    Starting,
    Connected,
    Down,

    /// <summary>It has given everything it had.</summary>
    Finished,
}

/// <summary>One telemetry source with the sentence that stands beside it.</summary>
public sealed record SourceLine(string Name, SourceHealth Health, string Sentence);
