namespace EdgeRuntime.Facts.Canonical;

/// <summary>
/// A column of numbers: what repeats is written once. Two neighbours that are equal always lie in a repeat, two that differ never do, and
/// single ones that follow each other stand together, so a column is written in one way only.
/// </summary>
static class Runs
{
    public static void Write(ReadOnlySpan<ulong> column, ByteSheet to)
    {
        for (int at = 0; at < column.Length;)
        {
            int equal = EqualFrom(column, at);
            if (equal > 1)
            {
                to.Unsigned(((ulong)equal << 1) | 1);
                to.Unsigned(column[at]);
                at += equal;
                continue;
            }

            int end = at + 1;
            while (end < column.Length && (end + 1 == column.Length || column[end] != column[end + 1]))
                end++;
            to.Unsigned((ulong)(end - at) << 1);
            byte[] bytes = to.WithRoom((end - at) * 10);
            int length = to.Length;
            for (; at < end; at++)
                length = ByteSheet.Put(bytes, length, column[at]);
            to.Length = length;
        }
    }

    /// <summary>Fills the whole column.</summary>
    public static void Read(ref CanonicalReader from, Span<ulong> column)
    {
        bool singlesBefore = false;
        for (int at = 0; at < column.Length;)
        {
            ulong head = from.Unsigned();
            bool repeat = (head & 1) != 0;
            ulong count = head >> 1;
            if (count > (ulong)(column.Length - at) || count < (repeat ? 2u : 1u))
                throw from.Wrong($"{count} numbers cannot stand where {column.Length - at} are left");
            if (!repeat && singlesBefore)
                throw from.Wrong("single numbers are written in two parts");
            singlesBefore = !repeat;
            if (repeat)
            {
                ulong value = from.Unsigned();
                RefuseEqual(ref from, column, at, value);
                column.Slice(at, (int)count).Fill(value);
                at += (int)count;
                continue;
            }

            for (int end = at + (int)count; at < end; at++)
            {
                ulong value = from.Unsigned();
                RefuseEqual(ref from, column, at, value);
                column[at] = value;
            }
        }
    }

    static void RefuseEqual(ref CanonicalReader from, ReadOnlySpan<ulong> column, int at, ulong value)
    {
        if (at > 0 && column[at - 1] == value)
            throw from.Wrong("equal numbers are not written as one repeat");
    }

    static int EqualFrom(ReadOnlySpan<ulong> column, int at)
    {
        if (at + 1 == column.Length || column[at] != column[at + 1])
            return 1;
        int other = column[at..].IndexOfAnyExcept(column[at]);
        return other < 0 ? column.Length - at : other;
    }
}
