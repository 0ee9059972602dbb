using System.Globalization;
using EdgeRuntime.Facts;

namespace EdgeRuntime.Tests.EndToEnd.MainJob;

/// <summary>SKAB's protocol: the first 400 rows of each file are for fitting, the rest is scored, all points of all files pooled. FAR and MAR always beside F1.</summary>
sealed class PooledScore
{
    const int FitRows = 400;

    long _truePositive, _falsePositive, _falseNegative, _trueNegative;

    public double F1 => 2.0 * _truePositive / ((2.0 * _truePositive) + _falsePositive + _falseNegative);

    public double FalseAlarmRate => (double)_falsePositive / (_falsePositive + _trueNegative);

    public double MissedAlarmRate => (double)_falseNegative / (_falseNegative + _truePositive);

    public void Add(Recording recording, List<Decision> decisions)
    {
        Dictionary<long, Decision> byTime = decisions.ToDictionary(d => d.At.UnixNanoseconds);
        foreach (RecordingRow row in recording.Rows.Skip(FitRows))
        {
            bool said = byTime[row.At].State == DecisionState.Anomaly;
            _ = (said, row.Label) switch
            {
                (true, true) => _truePositive++,
                (true, false) => _falsePositive++,
                (false, true) => _falseNegative++,
                _ => _trueNegative++,
            };
        }
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"SKAB protocol, decisions of the box: F1 {F1:0.000}, FAR {100 * FalseAlarmRate:0.0} %, MAR {100 * MissedAlarmRate:0.0} % of {_truePositive + _falsePositive + _falseNegative + _trueNegative} points");
}
