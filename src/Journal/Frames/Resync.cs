using System.Buffers.Binary;

namespace EdgeRuntime.Journal.Frames;

/// <summary>Finds frames again behind damage.</summary>
static class Resync
{
    const int ChunkBytes = 64 << 10;

    /// <summary>The next frame header at or behind <paramref name="from"/> whose check holds and whose number is not before <paramref name="frameMin"/>.</summary>
    public static bool TryFind(FileWindow window, uint seed, long from, long frameMin, out long offset, out FrameHeader header)
    {
        for (long at = from; at + FrameHeader.Bytes <= window.End;)
        {
            ReadOnlySpan<byte> chunk = window.At(at, ChunkBytes);
            if (chunk.Length < FrameHeader.Bytes)
                break;
            int place = 0;
            for (; place + FrameHeader.Bytes <= chunk.Length; place += FrameHeader.Alignment)
            {
                ReadOnlySpan<byte> candidate = chunk.Slice(place, FrameHeader.Bytes);
                if (BinaryPrimitives.ReadUInt32LittleEndian(candidate) != FrameHeader.Magic
                    || !FrameHeader.TryRead(candidate, seed, out header)
                    || header.Frame < frameMin)
                    continue;
                offset = at + place;
                return true;
            }

            at += place;
        }

        offset = 0;
        header = default;
        return false;
    }

    /// <summary>
    /// Whether a frame of a later commit group than the one that started at <paramref name="groupStart"/> lies behind
    /// <paramref name="from"/>. The writer begins a group only when the one before is durable, so such a frame proves that what
    /// is wrong before it once was whole.
    /// </summary>
    public static bool LaterGroupExists(FileWindow window, uint seed, long from, long groupStart, long frameMin)
    {
        for (long at = from; TryFind(window, seed, at, frameMin, out long offset, out FrameHeader header); at = offset + FrameHeader.Alignment)
        {
            if (offset - header.GroupOffset > groupStart)
                return true;
        }

        return false;
    }
}
