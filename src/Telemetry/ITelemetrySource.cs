namespace EdgeRuntime.Telemetry;

/// <summary>What a source is doing, in a word.</summary>
public enum SourceState
{
    Starting,
    Connected,
    Down,

    /// <summary>It has given everything it had (a file at its end).</summary>
    Finished,
}

/// <summary>A source's state with the sentence that goes on the screen.</summary>
/// <param name="Link">What is down is the way to the source (its broker), not the source.</param>
public sealed record SourceStatus(SourceState State, string Sentence, bool Link = false);

/// <summary>One telemetry source. It runs until it is stopped; what goes wrong outside is in <see cref="Status"/>, never an exception.</summary>
public interface ITelemetrySource
{
    /// <summary>As in sources.yaml; <see cref="Facts.FactBatch.Origin"/> of what it brings.</summary>
    string Name { get; }

    SourceStatus Status { get; }

    Task RunAsync(IIntake intake, CancellationToken stop);
}
