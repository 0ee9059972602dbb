using System.Numerics;

namespace EdgeRuntime.Journal.Sealed.Pages;

/// <summary>Writes DELTA_BINARY_PACKED in blocks of 128, as the sealed files have it, for rows that are kept in memory.</summary>
static class DeltaPack
{
    const int BlockValues = 128;
    const int Miniblocks = 4;
    const int MiniblockValues = BlockValues / Miniblocks;

    // A head, and for every block its least, its widths and all its bits.
    const int HeadBytesMax = 4 * 10;
    const int BlockBytesMax = 10 + Miniblocks + BlockValues * sizeof(long);

    /// <summary>The values packed, open for reading.</summary>
    public static DeltaBlocks Of(ReadOnlySpan<long> values)
    {
        byte[] room = new byte[HeadBytesMax + (values.Length / BlockValues + 1) * BlockBytesMax];
        int at = 0;
        Unsigned(room, ref at, BlockValues);
        Unsigned(room, ref at, Miniblocks);
        Unsigned(room, ref at, (ulong)values.Length);
        Zigzag(room, ref at, values.Length > 0 ? values[0] : 0);
        Span<long> deltas = stackalloc long[BlockValues];
        for (int from = 1; from < values.Length; from += BlockValues)
        {
            int count = Math.Min(BlockValues, values.Length - from);
            long least = long.MaxValue;
            for (int i = 0; i < count; i++)
            {
                deltas[i] = unchecked(values[from + i] - values[from + i - 1]);
                least = Math.Min(least, deltas[i]);
            }

            Block(room, ref at, deltas[..count], least);
        }

        var blocks = new DeltaBlocks();
        blocks.Open(room.AsSpan(0, at + DeltaBlocks.PaddingBytes).ToArray(), 0, at);
        return blocks;
    }

    static void Block(byte[] room, ref int at, ReadOnlySpan<long> deltas, long least)
    {
        Zigzag(room, ref at, least);
        int widths = at;
        at += Miniblocks;
        for (int mini = 0; mini < Miniblocks && mini * MiniblockValues < deltas.Length; mini++)
        {
            ReadOnlySpan<long> here = deltas[(mini * MiniblockValues)..Math.Min(deltas.Length, (mini + 1) * MiniblockValues)];
            ulong all = 0;
            foreach (long delta in here)
                all |= unchecked((ulong)(delta - least));
            int width = 64 - BitOperations.LeadingZeroCount(all);
            room[widths + mini] = (byte)width;
            for (int i = 0; i < here.Length; i++)
                Put(room, at, i * width, width, unchecked((ulong)(here[i] - least)));
            at += width * MiniblockValues / 8;
        }
    }

    static void Put(byte[] room, int at, int bit, int width, ulong value)
    {
        for (int done = 0; done < width;)
        {
            int place = at + ((bit + done) >> 3), shift = (bit + done) & 7;
            room[place] |= (byte)(value >> done << shift);
            done += 8 - shift;
        }
    }

    static void Zigzag(byte[] room, ref int at, long value) => Unsigned(room, ref at, (ulong)((value << 1) ^ (value >> 63)));

    static void Unsigned(byte[] room, ref int at, ulong value)
    {
        for (; value >= 0x80; value >>= 7)
            room[at++] = (byte)(value | 0x80);
        room[at++] = (byte)value;
    }
}
