using System.Buffers.Binary;
using System.Numerics;

namespace EdgeRuntime.Journal.Frames;

/// <summary>CRC-32C (Castagnoli), as iSCSI and ext4 use it: "123456789" gives E3069283.</summary>
static class Crc32C
{
    /// <param name="after">The check of bytes that come before, to go on from; 0 for none.</param>
    public static uint Of(ReadOnlySpan<byte> bytes, uint after = 0)
    {
        uint crc = ~after;
        while (bytes.Length >= sizeof(ulong))
        {
            crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
            bytes = bytes[sizeof(ulong)..];
        }

        foreach (byte one in bytes)
            crc = BitOperations.Crc32C(crc, one);
        return ~crc;
    }
}
