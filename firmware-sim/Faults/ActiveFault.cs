using EdgeRuntime.FirmwareSim.PumpSkid;

namespace EdgeRuntime.FirmwareSim.Faults;

/// <summary>A fault that is on, with what it drew for itself.</summary>
/// <param name="since">Plant time of the first scan that shows it.</param>
/// <param name="chance">A stream of its own, by asset, kind, signal and onset: what another fault draws never moves it.</param>
sealed class ActiveFault(ScriptedFault fault, TimeSpan since, SeededNoise chance)
{
    const double SpikeGapSecondsMin = 3;
    const double SpikeGapSecondsMax = 9;

    // Share of the span at severity 1. At severity 0.1 the least is 2 %, four times the noise of the noisiest instrument.
    const double SpikeShareMin = 0.2;
    const double SpikeShareMax = 0.6;

    TimeSpan _nextSpike = fault.At + (TimeSpan.FromSeconds(SpikeGapSecondsMin) < fault.Duration ? TimeSpan.FromSeconds(SpikeGapSecondsMin) : fault.Duration) * chance.Uniform();

    public ScriptedFault Fault => fault;

    public TimeSpan Since => since;

    public SeededNoise Chance => chance;

    /// <summary>Up or down, forward or back: +1 or -1, drawn once.</summary>
    public double Sign { get; } = chance.Uniform() < 0.5 ? -1 : 1;

    /// <summary>The next wild sample as a signed share of the span when its moment has come, else 0. Moments are plant times, so a faster scan shows no more of them.</summary>
    public double TakeSpike(TimeSpan elapsed)
    {
        if (elapsed < _nextSpike)
            return 0;
        while (_nextSpike <= elapsed)
            _nextSpike += TimeSpan.FromSeconds(chance.Between(SpikeGapSecondsMin, SpikeGapSecondsMax));
        double sign = chance.Uniform() < 0.5 ? -1 : 1;
        return sign * chance.Between(SpikeShareMin, SpikeShareMax) * fault.SeverityAt(elapsed);
    }
}
