namespace EdgeRuntime.FirmwareSim.PumpSkid;

/// <summary>
/// SplitMix64 and sums of its uniform numbers. Only integer and IEEE basic operations, no logarithm or sine from the platform's mathematics library, so
/// that one seed gives the same plant on every machine.
/// </summary>
sealed class SeededNoise(ulong seed)
{
    ulong _state = seed;

    /// <summary>A stream of its own per name: what one instrument draws never moves another.</summary>
    public static SeededNoise For(long seed, string stream)
    {
        ulong hash = 14695981039346656037;
        foreach (char c in stream)
            hash = (hash ^ c) * 1099511628211;
        return new SeededNoise(Mix(hash ^ Mix((ulong)seed)));
    }

    /// <summary>0 ≤ x &lt; 1.</summary>
    public double Uniform() => (Next() >> 11) * (1.0 / (1UL << 53));

    public double Between(double low, double high) => low + ((high - low) * Uniform());

    /// <summary>Mean 0, deviation 1: the sum of twelve uniform numbers, never beyond ±6.</summary>
    public double Gaussian()
    {
        long sum = 0;
        for (int i = 0; i < 3; i++)
        {
            ulong bits = Next();
            sum += (long)(bits & 0xFFFF) + (long)((bits >> 16) & 0xFFFF) + (long)((bits >> 32) & 0xFFFF) + (long)(bits >> 48);
        }

        return ((sum + 6) / 65536.0) - 6;
    }

    public ulong Next()
    {
        _state += 0x9E3779B97F4A7C15;
        return Mix(_state);
    }

    static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
