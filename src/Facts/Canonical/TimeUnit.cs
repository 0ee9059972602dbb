namespace EdgeRuntime.Facts.Canonical;

/// <summary>The unit of the steps between event times: the largest in which all steps of the batch are whole. 0 ns, 1 µs, 2 ms, 3 s.</summary>
static class TimeUnit
{
    public const int Largest = 3;

    /// <summary>The largest unit up to <paramref name="unit"/> in which the step is whole.</summary>
    public static int Fitting(long step, int unit)
    {
        while (unit > 0 && !IsWhole(step, unit))
            unit--;
        return unit;
    }

    public static long Nanoseconds(int unit) => unit switch
    {
        0 => 1,
        1 => 1_000,
        2 => 1_000_000,
        _ => 1_000_000_000,
    };

    // Divisions by constants are multiplications.
    static bool IsWhole(long step, int unit) => unit switch
    {
        1 => step % 1_000 == 0,
        2 => step % 1_000_000 == 0,
        _ => step % 1_000_000_000 == 0,
    };
}
