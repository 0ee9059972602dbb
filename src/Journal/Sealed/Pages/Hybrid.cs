namespace EdgeRuntime.Journal.Sealed.Pages;

/// <summary>Parquet's mix of repeated and bit-packed numbers: definition levels and places in a dictionary.</summary>
readonly struct Hybrid(byte[] bytes, int from, int end, int width)
{
    /// <summary>The number at <paramref name="index"/>.</summary>
    public int At(int index)
    {
        int at = from;
        while (true)
        {
            (int count, bool repeated) = Run(ref at);
            if (index < count)
                return repeated ? Repeated(at) : (int)Bits.At(bytes, at, width, index);
            index -= count;
            at += repeated ? (width + 7) / 8 : count / 8 * width;
        }
    }

    /// <summary>How many of the first <paramref name="count"/> numbers are 1: with levels, how many values are there before one.</summary>
    public int Ones(int count)
    {
        int at = from, ones = 0;
        while (count > 0)
        {
            (int run, bool repeated) = Run(ref at);
            int here = Math.Min(run, count);
            if (repeated)
            {
                if (Repeated(at) == 1)
                    ones += here;
                at += (width + 7) / 8;
            }
            else
            {
                for (int i = 0; i < here; i++)
                    ones += Bits.At(bytes, at, width, i) == 1 ? 1 : 0;
                at += run / 8 * width;
            }

            count -= here;
        }

        return ones;
    }

    /// <summary>The numbers from <paramref name="start"/> on, into all of <paramref name="into"/>.</summary>
    public void Decode(int start, Span<int> into)
    {
        int at = from;
        while (into.Length > 0)
        {
            (int count, bool repeated) = Run(ref at);
            if (start < count)
            {
                int here = Math.Min(count - start, into.Length);
                if (repeated)
                {
                    into[..here].Fill(Repeated(at));
                }
                else
                {
                    for (int i = 0; i < here; i++)
                        into[i] = (int)Bits.At(bytes, at, width, start + i);
                }

                into = into[here..];
                start = count;
            }

            start -= count;
            at += repeated ? (width + 7) / 8 : count / 8 * width;
        }
    }

    int Repeated(int at)
    {
        int value = 0;
        for (int i = 0; i < (width + 7) / 8; i++)
            value |= bytes[at + i] << (8 * i);
        return value;
    }

    (int Count, bool Repeated) Run(ref int at)
    {
        uint head = 0;
        for (int shift = 0; ; shift += 7)
        {
            if (at >= end || shift > 28)
                throw new InvalidDataException("a page has fewer numbers than it says");
            byte next = bytes[at++];
            head |= (uint)(next & 0x7F) << shift;
            if (next < 0x80)
                break;
        }

        bool repeated = (head & 1) == 0;
        long count = repeated ? head >> 1 : (long)(head >> 1) * 8;
        long take = repeated ? (width + 7) / 8 : count / 8 * width;
        if (count == 0 || count > int.MaxValue || at + take > end)
            throw new InvalidDataException("a page has a run of an impossible length");
        return ((int)count, repeated);
    }
}
