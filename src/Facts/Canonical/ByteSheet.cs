using System.Numerics;
using System.Runtime.CompilerServices;

namespace EdgeRuntime.Facts.Canonical;

/// <summary>Bytes that grow at the end, kept from batch to batch. Whoever writes asks for room first, once for many.</summary>
sealed class ByteSheet
{
    byte[] _bytes = new byte[1024];

    public int Length { get; set; }

    public ReadOnlySpan<byte> Written => _bytes.AsSpan(0, Length);

    public void Clear() => Length = 0;

    /// <summary>The array, with place for so many bytes at <see cref="Length"/>. Valid until the next call.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public byte[] WithRoom(int bytes)
    {
        if (_bytes.Length - Length < bytes)
            Grow(bytes);
        return _bytes;
    }

    public void Byte(byte value)
    {
        WithRoom(1)[Length] = value;
        Length++;
    }

    public void Unsigned(ulong value) => Length = Put(WithRoom(10), Length, value);

    public void Signed(long value) => Unsigned(ZigZag(value));

    public void Bytes(ReadOnlySpan<byte> value)
    {
        Unsigned((uint)value.Length);
        value.CopyTo(WithRoom(value.Length).AsSpan(Length));
        Length += value.Length;
    }

    /// <returns>Behind the number.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Put(byte[] to, int at, ulong value)
    {
        while (value >= 0x80)
        {
            to[at++] = (byte)(value | 0x80);
            value >>= 7;
        }

        to[at++] = (byte)value;
        return at;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong ZigZag(long value) => (ulong)(value << 1) ^ (ulong)(value >> 63);

    void Grow(int bytes) => Array.Resize(ref _bytes, checked((int)BitOperations.RoundUpToPowerOf2((uint)(Length + bytes))));
}
