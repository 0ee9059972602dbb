namespace EdgeRuntime.Facts;

/// <summary>
/// What the journal stores as one frame: everything that one message brought, or everything that one input made the engine say.
/// It is stored whole or not at all. Index i of a <see cref="Position"/> counts the samples first, then the facts.
/// </summary>
public sealed record FactBatch
{
    /// <summary>When the box learned of it. Shared by all samples of the batch.</summary>
    public required IngestTime Ingest { get; init; }

    /// <summary>Name of the telemetry source, or of the part of the runtime that spoke (see <see cref="Origins"/>).</summary>
    public required string Origin { get; init; }

    /// <summary>Names the message for the discovery of redeliveries; empty where it has no name. At most 32 bytes.</summary>
    public ReadOnlyMemory<byte> Key { get; init; }

    public IReadOnlyList<Sample> Samples { get; init; } = [];

    public IReadOnlyList<Fact> Facts { get; init; } = [];

    /// <summary>Samples and facts together: the number of positions that this batch takes.</summary>
    public int Count => Samples.Count + Facts.Count;
}

/// <summary>Names in <see cref="FactBatch.Origin"/> that are not telemetry sources. A source may not be called like one of these.</summary>
public static class Origins
{
    /// <summary>The box's clock: ticks.</summary>
    public const string Clock = "clock";

    /// <summary>What was computed from inputs: validations, vectors, predictions, decisions. A replay computes these again.</summary>
    public const string Engine = "engine";

    /// <summary>Answers of shadow arms, which come after the decision.</summary>
    public const string Shadow = "shadow";

    /// <summary>The service itself: start, stop, activations, incidents.</summary>
    public const string Service = "service";

    /// <summary>Intervals found to be missing: closed gaps, a function of the batches before them.</summary>
    public const string Gaps = "gaps";

    /// <summary>What a pipeline made of old data, on request. Nobody was told, nothing decided by it.</summary>
    public const string Backfill = "backfill";

    /// <summary>Stands in a sealed unit for a batch that a repair has named as lost; no reader gives it as a batch.</summary>
    public const string Lost = "lost";

    public static bool IsReserved(string name) => name is Clock or Engine or Shadow or Service or Gaps or Backfill or Lost;
}
