using EdgeRuntime.Facts;

namespace EdgeRuntime.Hmi.Floor;

/// <summary>What is known of one watched asset: signals, answers, who answers.</summary>
sealed class AssetHistory
{
    readonly Dictionary<ArmRole, RecentCalls<long>> _latencies = [];
    readonly RecentCalls<Rung> _rungs = new();

    internal AssetHistory(WatchedAsset asset, int pointsMax)
    {
        Asset = asset;
        Signals = [.. asset.Signals.Select(s => new SignalHistory(s, pointsMax))];
        Scores = new PointRing(pointsMax);
        Thresholds = new PointRing(pointsMax);
    }

    internal WatchedAsset Asset { get; }
    internal IReadOnlyList<SignalHistory> Signals { get; }
    internal PointRing Scores { get; }
    internal PointRing Thresholds { get; }
    internal AnomalyPeriods Periods { get; } = new();
    internal SortedDictionary<ArmRole, Activation> Arms { get; } = [];

    /// <summary>The newest measurement in each role, of whichever release it was.</summary>
    internal Dictionary<ArmRole, Qualification> Qualified { get; } = [];

    internal Decision? Newest { get; private set; }

    /// <summary>When the box made the newest decision, by its own clock.</summary>
    internal IngestTime Decided { get; private set; }

    /// <summary>Event time of the first decision of the present state.</summary>
    internal EventTime StateSince { get; private set; }

    /// <summary>Event time of the sample or decision that arrived last: the right edge of a live trend.</summary>
    internal EventTime? Edge { get; private set; }

    internal void SampleArrived(in Sample sample) => Edge = sample.Event;

    internal void Add(Decision decision, IngestTime decided)
    {
        if (Newest?.State != decision.State)
            StateSince = decision.At;
        Newest = decision;
        Decided = decided;
        Edge ??= decision.At;
        if (double.IsFinite(decision.Score))
            Scores.Add(decision.At.UnixNanoseconds, decision.Score);
        if (double.IsFinite(decision.Threshold))
            Thresholds.Add(decision.At.UnixNanoseconds, decision.Threshold);
        Periods.Add(decision);
        _rungs.Add(decision.Rung);
    }

    internal void Add(Prediction prediction)
    {
        if (prediction.Latency <= 0)
            return;
        if (!_latencies.TryGetValue(prediction.Role, out RecentCalls<long>? calls))
            _latencies.Add(prediction.Role, calls = new RecentCalls<long>());
        calls.Add(prediction.Latency);
    }

    internal AssetSnapshot Look(Func<string, ModeChange?> breakerOf)
    {
        return new AssetSnapshot(
            Asset,
            Newest,
            Decided,
            StateSince,
            Edge,
            [.. Signals.Select(s => new SignalSnapshot(s.Signal, s.Newest))],
            [.. _rungs.ToArray().GroupBy(r => r).OrderBy(g => g.Key).Select(g => (g.Key, g.Count()))],
            [.. Arms.Values.Select(a => ArmOf(a, breakerOf))],
            Spark());
    }

    /// <summary>The score over the last <see cref="AssetSnapshot.SparkSpan"/>, highest per column.</summary>
    double[] Spark()
    {
        if (Newest is null)
            return [];
        long to = Newest.At.UnixNanoseconds + 1;
        return TrendColumns.Of(Scores, to - AssetSnapshot.SparkSpan.Ticks * 100, to, AssetSnapshot.SparkColumns).Max;
    }

    ArmSnapshot ArmOf(Activation arm, Func<string, ModeChange?> breakerOf)
    {
        long[] calls = _latencies.TryGetValue(arm.Role, out RecentCalls<long>? recent) ? recent.ToArray() : [];
        ModeChange? breaker = breakerOf($"breaker:{Asset.Id}/{Words.Key(arm.Role)}");
        Qualification? qualified = Qualified.GetValueOrDefault(arm.Role) is { } found && found.Serving == arm.Serving ? found : null;
        return new ArmSnapshot(arm, qualified, breaker, calls.Length, Percentile.Of(calls, 0.5) / 1000, Percentile.Of(calls, 0.99) / 1000);
    }
}
