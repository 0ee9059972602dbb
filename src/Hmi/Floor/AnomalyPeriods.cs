using EdgeRuntime.Facts;

namespace EdgeRuntime.Hmi.Floor;

/// <summary>From the first to the last decision that said anomaly, by event time.</summary>
/// <param name="To">Time of the newest decision in it; while <paramref name="Open"/>, it still grows.</param>
/// <param name="Peak">Highest score in it; NaN where no rung had one.</param>
sealed record AnomalyPeriod(EventTime From, EventTime To, bool Open, double Peak, string Reason);

/// <summary>Joins consecutive anomaly decisions of one asset into periods; keeps the newest.</summary>
sealed class AnomalyPeriods
{
    internal const int PeriodsMax = 256;

    readonly List<AnomalyPeriod> _periods = [];

    internal IReadOnlyList<AnomalyPeriod> All => _periods;

    internal void Add(Decision decision)
    {
        bool open = _periods.Count > 0 && _periods[^1].Open;
        if (decision.State == DecisionState.Anomaly)
        {
            if (open)
                _periods[^1] = Grown(_periods[^1], decision);
            else
                Begin(decision);
        }
        else if (open)
        {
            _periods[^1] = _periods[^1] with { Open = false, To = decision.At };
        }
    }

    static AnomalyPeriod Grown(AnomalyPeriod period, Decision decision) =>
        period with { To = decision.At, Peak = double.MaxNumber(period.Peak, decision.Score) };

    void Begin(Decision decision)
    {
        if (_periods.Count == PeriodsMax)
            _periods.RemoveAt(0);
        _periods.Add(new AnomalyPeriod(decision.At, decision.At, true, decision.Score, decision.Reasons.Count > 0 ? decision.Reasons[0] : ""));
    }
}
