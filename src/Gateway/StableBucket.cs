using System.Buffers.Binary;
using System.Numerics;
using System.Text;

namespace EdgeRuntime.Gateway;

/// <summary>
/// Which part of the traffic a key belongs to: the same on every box, in every process, for ever. A larger weight holds every key of a smaller one. The rule is
/// flagd's (https://flagd.dev, "fractional"): MurmurHash3 x86 32 of the UTF-8 bytes of salt and key with seed 0, times the sum of all weights, over 2^32.
/// </summary>
static class StableBucket
{
    /// <summary>Weights are shares of so many.</summary>
    public const int Whole = 10_000;

    /// <summary>From 0 to <see cref="Whole"/> less one. A weight of w takes the keys below w.</summary>
    public static int Of(string salt, string key) => (int)(((ulong)Hash(Encoding.UTF8.GetBytes(salt + key)) * Whole) >> 32);

    /// <summary>MurmurHash3 x86 32 (Austin Appleby, public domain) with seed 0.</summary>
    public static uint Hash(ReadOnlySpan<byte> bytes)
    {
        const uint C1 = 0xCC9E2D51, C2 = 0x1B873593;
        uint hash = 0;
        ReadOnlySpan<byte> rest = bytes;
        for (; rest.Length >= 4; rest = rest[4..])
        {
            hash ^= BitOperations.RotateLeft(BinaryPrimitives.ReadUInt32LittleEndian(rest) * C1, 15) * C2;
            hash = (BitOperations.RotateLeft(hash, 13) * 5) + 0xE6546B64;
        }

        uint tail = 0;
        for (int i = rest.Length - 1; i >= 0; i--)
            tail = (tail << 8) | rest[i];
        if (rest.Length > 0)
            hash ^= BitOperations.RotateLeft(tail * C1, 15) * C2;
        hash ^= (uint)bytes.Length;
        hash = (hash ^ (hash >> 16)) * 0x85EBCA6B;
        hash = (hash ^ (hash >> 13)) * 0xC2B2AE35;
        return hash ^ (hash >> 16);
    }
}
