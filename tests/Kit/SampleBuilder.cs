using EdgeRuntime.Facts;

namespace EdgeRuntime.Tests.Kit;

/// <summary>Samples and batches in few words. Times are seconds after 2026-01-01T00:00:00Z.</summary>
public static class SampleBuilder
{
    public static readonly EventTime Epoch = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds() * 1_000_000);

    public static EventTime At(double seconds) => new(Epoch.UnixNanoseconds + (long)Math.Round(seconds * 1e9));

    public static IngestTime IngestAt(double seconds) => new(At(seconds).UnixNanoseconds);

    public static Sample Sample(string tag, double seconds, double value) =>
        new(tag, At(seconds), null, IngestAt(seconds), Quality.Good, TagValue.Of(value));

    public static FactBatch Batch(string origin, double ingestSeconds, params Sample[] samples) => new()
    {
        Ingest = IngestAt(ingestSeconds),
        Origin = origin,
        Samples = [.. samples.Select(s => s with { Ingest = IngestAt(ingestSeconds) })],
    };

    public static FactBatch Tick(double seconds) => new()
    {
        Ingest = IngestAt(seconds),
        Origin = Origins.Clock,
        Facts = [new Tick(IngestAt(seconds))],
    };
}
