namespace EdgeRuntime.Hq.Evaluation;

/// <summary>
/// How sure a figure is, by drawing whole blocks again (Efron; percentiles of the drawn figures). A block is a group of recordings that share nothing with
/// another: rows of one recording are not independent, and an interval over rows would be far too narrow. Same seed, same draws, for every measure. What was measured always lies in it.
/// </summary>
sealed class BlockBootstrap(int seed)
{
    /// <summary>With fewer, an interval would only look narrow; it is said to be unknown.</summary>
    internal const int BlocksMin = 5;

    internal const int Draws = 1000;

    const double Tail = 0.025;

    // A measure that many draws cannot have rests on too few blocks.
    const double DefinedMin = 0.9;

    internal int Seed => seed;

    /// <param name="measure">From how often each block was drawn; null where the draw holds nothing to measure.</param>
    /// <param name="contributes">Whether the block holds something of what is measured.</param>
    internal Estimate Of(int blocks, Func<int[], double?> measure, Func<int, bool> contributes)
    {
        int contributing = Enumerable.Range(0, blocks).Count(contributes);
        var times = new int[blocks];
        Array.Fill(times, 1);
        double? value = measure(times);
        if (value is null || contributing < BlocksMin)
            return new Estimate(value, null, null, contributing);

        var random = new Random(seed);
        var drawn = new List<double>(Draws);
        for (int draw = 0; draw < Draws; draw++)
        {
            Array.Clear(times);
            for (int i = 0; i < blocks; i++)
                times[random.Next(blocks)]++;
            if (measure(times) is { } one)
                drawn.Add(one);
        }

        if (drawn.Count < DefinedMin * Draws)
            return new Estimate(value, null, null, contributing);
        drawn.Sort();
        // Of a figure that chance can only push one way, as a calibration error, all draws may lie on one side of what was measured.
        return new Estimate(
            value, Math.Min(value.Value, drawn[(int)(Tail * drawn.Count)]), Math.Max(value.Value, drawn[(int)((1 - Tail) * drawn.Count) - 1]), contributing);
    }

    /// <summary>For what is a figure of added-up tallies.</summary>
    internal Estimate Of(IReadOnlyList<AlarmTally> blocks, Func<AlarmTally, double?> measure) =>
        Of(blocks.Count, times => measure(Sum(blocks, times)), i => measure(blocks[i]) is not null);

    internal static AlarmTally Sum(IReadOnlyList<AlarmTally> blocks, int[] times)
    {
        AlarmTally sum = default;
        for (int i = 0; i < blocks.Count; i++)
            sum += blocks[i] * times[i];
        return sum;
    }
}
