using System.Buffers.Binary;

namespace EdgeRuntime.Telemetry.Gaps;

/// <summary>The key of a batch of <see cref="Facts.Origins.Gaps"/>: up to where closed gaps are written with it.</summary>
/// <param name="Frame">The frame that closed those in the batch. All of the frames before are written.</param>
/// <param name="Count">How many of those that it closed are written.</param>
public readonly record struct GapKey(long Frame, int Count)
{
    const int Bytes = 12;

    public byte[] ToBytes()
    {
        byte[] key = new byte[Bytes];
        BinaryPrimitives.WriteInt64BigEndian(key, Frame);
        BinaryPrimitives.WriteInt32BigEndian(key.AsSpan(8), Count);
        return key;
    }

    /// <summary>Null: these bytes are no such key.</summary>
    public static GapKey? Of(ReadOnlySpan<byte> key) =>
        key.Length == Bytes ? new GapKey(BinaryPrimitives.ReadInt64BigEndian(key), BinaryPrimitives.ReadInt32BigEndian(key[8..])) : null;
}
