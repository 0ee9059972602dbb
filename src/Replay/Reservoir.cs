namespace EdgeRuntime.Replay;

/// <summary>An even sample of a stream whose length nobody knows beforehand; the same seed and stream give the same sample.</summary>
sealed class Reservoir<T>(int size, ulong seed)
{
    readonly List<T> _kept = [];
    ulong _state = seed;

    public IReadOnlyList<T> Kept => _kept;

    public long Offered { get; private set; }

    public void Offer(T item)
    {
        Offered++;
        if (_kept.Count < size)
        {
            _kept.Add(item);
            return;
        }

        // Every item of the stream stays with the chance size / offered (Vitter's algorithm R).
        ulong place = Next() % (ulong)Offered;
        if (place < (ulong)size)
            _kept[(int)place] = item;
    }

    /// <summary>SplitMix64. Its remainder by a count below 2^40 is even to one part in a million and more.</summary>
    ulong Next()
    {
        _state += 0x9E3779B97F4A7C15;
        ulong z = _state;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
