namespace EdgeRuntime.Telemetry.Payloads;

/// <summary>Reads the payloads of one topic, whose tags are known. Never throws for what a payload holds.</summary>
abstract class PayloadReader
{
    /// <summary>The payload says when it happened.</summary>
    internal abstract bool HasOwnTime { get; }

    /// <param name="payload">Not empty, UTF-8 without a byte order mark.</param>
    internal abstract void Read(ReadOnlySpan<byte> payload, Arrival into);
}
