using EdgeRuntime.Hq.Datasets;
using EdgeRuntime.Hq.Evaluation;
using EdgeRuntime.Hq.Training;

namespace EdgeRuntime.Hq.Releases;

/// <summary>
/// What a classifier was worth on recordings while they were held out. Calibration and alarm settings were chosen on the same answers, so it flatters a little: an honest figure comes from
/// <c>edgehq evaluate</c>, which chooses on training folds only.
/// </summary>
/// <param name="CalibrationError">ECE over bins of equally many rows.</param>
/// <param name="Faults">By name, how many events there are and how many were found.</param>
sealed record HeldOutQuality(AlarmQuality Alarms, Estimate CalibrationError, IReadOnlyList<FoundFault> Faults)
{
    internal int Events => Faults.Sum(f => f.Events);

    internal int Found => Faults.Sum(f => f.Found);

    internal static HeldOutQuality Of(Dataset data, FittedClassifier fitted, int seed)
    {
        ScoredRecording[] scored = [.. data.Recordings.Zip(fitted.OutOfFold, (r, said) => Scored(r, said, fitted.Alarm))];
        int[] blocks = BlockTallies.Places(data.Groups);
        var bootstrap = new BlockBootstrap(seed);
        AlarmTally[] tallies = BlockTallies.Of(scored, blocks, s => AlarmTally.Of(s.Recording, s.Alarms));
        var reliability = ReliabilityDiagram.Of(ScoredRow.Sorted(scored, blocks, s => s.Probabilities), BlockTallies.Count(blocks), bootstrap);
        return new HeldOutQuality(
            AlarmQuality.Of(tallies, bootstrap),
            reliability!.Error,
            [
                .. scored.SelectMany(s => EventOutcome.Of(s.Recording, s.Alarms)).GroupBy(e => e.Event.Fault, StringComparer.Ordinal)
                    .OrderBy(g => g.Key, StringComparer.Ordinal).Select(g => new FoundFault(g.Key, g.Count(), g.Count(e => e.DelaySeconds is not null))),
            ]);
    }

    /// <summary>The part of a recording that was held out; of a split by time its first part never was, and all behind it was.</summary>
    static ScoredRecording Scored(Recording recording, OutOfFold said, AlarmSettings alarm) => new(
        recording.Part(recording.Rows.Count - said.Times.Count, said.Times.Count) with { Times = said.Times, Truths = said.Truths },
        said.Probabilities, said.Probabilities, ThresholdChoice.Alarms(said, alarm.Threshold, alarm.Hysteresis, alarm.MinDuration), Fold: 0);
}

/// <summary>Events of one fault, and how many of them alarmed; one without a vector counts as missed.</summary>
sealed record FoundFault(string Fault, int Events, int Found);
