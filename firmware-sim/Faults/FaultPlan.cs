using EdgeRuntime.FirmwareSim.PumpSkid;

namespace EdgeRuntime.FirmwareSim.Faults;

/// <summary>
/// Faults drawn from a seed. The time after the first stretch of normal is cut into as many slots as there are faults; each slot holds one, at a moment, of a length
/// and with a severity of its own, and ends with a pause. So faults never overlap and there is normal between any two. Kinds come as from a deck that is
/// shuffled again when it is empty: none is missing in a long script. Every asset has a stream of its own.
/// </summary>
static class FaultPlan
{
    /// <summary>A slot of three minutes: two of fault, one of normal.</summary>
    public const double PerHourMax = 20;

    static readonly TimeSpan FreeMin = TimeSpan.FromHours(1 / PerHourMax);
    static readonly TimeSpan PauseMin = TimeSpan.FromMinutes(1);
    const double PauseShare = 0.25;

    // 1 MiB is the largest document that is read, and the shortest line of a fault has some 50 bytes. The verb looks at the bytes themselves.
    const int FaultsMax = 20_000;

    // Share of its length that a fault of the process takes to grow.
    const double RampShareMin = 0.1;
    const double RampShareMax = 0.4;

    // One dropout in eight silences the whole skid.
    const double WholeSkidShare = 0.125;

    /// <exception cref="UsageException">The time holds no fault, or no normal time between them.</exception>
    public static FaultScript Draw(FaultPlanOptions options)
    {
        TimeSpan free = options.For - options.Normal;
        if (free < FreeMin)
            throw new UsageException($"--for {PlantTime.Format(options.For)} leaves less than {PlantTime.Format(FreeMin)} after --normal {PlantTime.Format(options.Normal)}; ask for a longer time.");
        if (!(options.PerHour is > 0 and <= PerHourMax))
            throw new UsageException(FormattableString.Invariant($"--per-hour is {options.PerHour}; it must be above 0 and at most {PerHourMax}, so that there is normal time between two faults."));
        double count = Math.Round(options.PerHour * free.TotalHours, MidpointRounding.AwayFromZero);
        if (count < 1)
            throw new UsageException(FormattableString.Invariant($"--per-hour {options.PerHour} gives no fault in {PlantTime.Format(free)}; ask for more faults or a longer time."));
        if (count * Math.Max(1, options.Assets.Count) > FaultsMax)
            throw new UsageException(FormattableString.Invariant($"--for {PlantTime.Format(options.For)} with --per-hour {options.PerHour} gives {count} faults for each skid; a script holds at most {FaultsMax}."));
        IEnumerable<ScriptedFault> faults = options.Assets.Count == 0
            ? DrawFor(asset: null, options, (int)count)
            : options.Assets.SelectMany(asset => DrawFor(asset, options, (int)count));
        return new FaultScript(options.Seed, [.. faults.OrderBy(f => f.At)]);
    }

    static IEnumerable<ScriptedFault> DrawFor(string? asset, FaultPlanOptions options, int count)
    {
        SeededNoise chance = SeededNoise.For(options.Seed, asset + "/fault-plan");
        TimeSpan slot = (options.For - options.Normal) / count;
        double room = (slot - Longer(PauseMin, slot * PauseShare)).TotalSeconds;
        var deck = new Stack<FaultKind>();
        for (int i = 0; i < count; i++)
        {
            if (deck.Count == 0)
                deck = new Stack<FaultKind>(Shuffled(options.Kinds, chance));
            FaultKind kind = deck.Pop();
            (double shortest, double longest) = SecondsOf(kind);
            double seconds = Math.Round(chance.Between(Math.Min(shortest, room), Math.Min(longest, room)));
            double begin = Math.Ceiling((options.Normal + (slot * i)).TotalSeconds + (chance.Uniform() * (room - seconds)));
            yield return Fault(kind, asset, TimeSpan.FromSeconds(begin), TimeSpan.FromSeconds(seconds), options, chance);
        }
    }

    static ScriptedFault Fault(FaultKind kind, string? asset, TimeSpan at, TimeSpan duration, FaultPlanOptions options, SeededNoise chance)
    {
        IReadOnlyList<string> signals = kind is FaultKind.StuckSensor or FaultKind.Dropout ? SkidSignals.Numbers : ScriptedFault.SignalsOf(kind);
        string? signal = signals.Count == 0 || (kind == FaultKind.Dropout && chance.Uniform() < WholeSkidShare) ? null : signals[(int)(chance.Uniform() * signals.Count)];
        double severity = ScriptedFault.HasDegrees(kind) ? Math.Round(chance.Between(options.SeverityMin, options.SeverityMax), 2) : 1;
        TimeSpan ramp = FaultNames.ClassOf(kind) == FaultClass.Process
            ? TimeSpan.FromSeconds(Math.Round(duration.TotalSeconds * chance.Between(RampShareMin, RampShareMax)))
            : ScriptedFault.RampUnlessTold(kind, duration);
        return new ScriptedFault(kind, asset, signal, at, duration, severity, ramp);
    }

    // How long a fault of the kind lasts, in seconds; a short slot cuts it.
    static (double Shortest, double Longest) SecondsOf(FaultKind kind) => kind switch
    {
        FaultKind.Cavitation => (60, 600),
        FaultKind.BearingWear => (300, 1800),
        FaultKind.ValveClosing or FaultKind.Leak or FaultKind.Imbalance => (180, 1200),
        FaultKind.StuckSensor or FaultKind.WrongUnit => (60, 600),
        FaultKind.Spike => (120, 900),
        FaultKind.Drift => (300, 1200),
        FaultKind.Dropout => (10, 120),
        FaultKind.ClockJump => (30, 300),
        FaultKind.RecipeChange => (120, 420),
        _ => (60, 240),
    };

    static FaultKind[] Shuffled(IReadOnlyList<FaultKind> kinds, SeededNoise chance)
    {
        FaultKind[] deck = [.. kinds];
        for (int i = deck.Length - 1; i > 0; i--)
        {
            int other = (int)(chance.Uniform() * (i + 1));
            (deck[i], deck[other]) = (deck[other], deck[i]);
        }

        return deck;
    }

    static TimeSpan Longer(TimeSpan one, TimeSpan other) => one > other ? one : other;
}
