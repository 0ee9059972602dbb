using EdgeRuntime.Decisions.Postprocessing;
using EdgeRuntime.Facts;
using EdgeRuntime.Hq.Datasets;

namespace EdgeRuntime.Hq.Training;

/// <summary>What false alarms may cost at most.</summary>
/// <param name="FalseAlarmRate">Share of the normal rows that are called an event.</param>
/// <param name="EpisodesPerHour">Alarms without any event in them, for each hour of normal rows.</param>
sealed record AlarmLimits(double FalseAlarmRate = 0.08, double EpisodesPerHour = 25);

/// <summary>Threshold, hysteresis and minimum duration as serving.yaml states them, and what they gave on the rows they were chosen on.</summary>
sealed record AlarmSettings(double Threshold, double Hysteresis, TimeSpan MinDuration, double F1, double FalseAlarmRate, double EpisodesPerHour);

/// <summary>Probabilities that models gave of a recording they had not been fitted on.</summary>
/// <param name="Times">Never falling; as many as the other two.</param>
sealed record OutOfFold(IReadOnlyList<EventTime> Times, IReadOnlyList<double> Probabilities, IReadOnlyList<Truth> Truths);

/// <summary>
/// Chooses the alarm's settings on out-of-fold probabilities of the training folds, by the box's own debouncing: of those that keep the limits the one with the largest F1. Where none keeps them it takes the one
/// that breaks them least. Never shown a row of a fold that is evaluated. Settings that cost the same differ by nothing here, so of equals the slowest to alarm is taken.
/// </summary>
static class ThresholdChoice
{
    // Hysteresis is a share of the threshold: an alarm at 0.8 may end at 0.64, 0.48 or 0.32.
    static readonly double[] Shares = [0.2, 0.4, 0.6];

    static readonly TimeSpan[] Durations = [.. new[] { 0, 4, 10, 30 }.Select(s => TimeSpan.FromSeconds(s))];

    // A coarse grid on purpose: on SKAB twenty thresholds and six durations chose what fitted the training folds and gave 0.01 less of F1 on the others.
    static readonly double[] Thresholds = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9];

    /// <exception cref="TrainingException">No row is known to be an event, or none to be normal.</exception>
    internal static AlarmSettings Choose(IReadOnlyList<OutOfFold> recordings, AlarmLimits limits, IProgress<double>? progress = null)
    {
        if (!recordings.Any(r => r.Truths.Contains(Truth.Event)) || !recordings.Any(r => r.Truths.Contains(Truth.Normal)))
            throw new TrainingException("The training folds hold rows of one kind only; a threshold is chosen between events and normal rows: add recordings of the other kind.");
        AlarmSettings? best = null;
        int done = 0, all = Durations.Length * Shares.Length * Thresholds.Length;
        // From the slowest to the quickest: of equals the first stays.
        foreach (TimeSpan duration in Enumerable.Reverse(Durations))
        {
            foreach (double threshold in Enumerable.Reverse(Thresholds))
            {
                foreach (double share in Shares)
                {
                    AlarmSettings settings = Judge(recordings, threshold, Math.Round(threshold * share, 4), duration);
                    best = best is null || IsBetter(settings, best, limits) ? settings : best;
                    progress?.Report((double)++done / all);
                }
            }
        }

        return best!;
    }

    /// <summary>What these settings would have told the floor. Rows that nobody was sure of are neither right nor wrong.</summary>
    internal static AlarmSettings Judge(IReadOnlyList<OutOfFold> recordings, double threshold, double hysteresis, TimeSpan minDuration)
    {
        long rightAlarms = 0, falseAlarms = 0, missed = 0, normal = 0, episodes = 0;
        double normalSeconds = 0;
        foreach (OutOfFold recording in recordings)
        {
            bool[] alarms = Alarms(recording, threshold, hysteresis, minDuration);
            for (int i = 0; i < alarms.Length; i++)
            {
                if (recording.Truths[i] == Truth.Normal)
                {
                    normal++;
                    falseAlarms += alarms[i] ? 1 : 0;
                    normalSeconds += Seconds(recording.Times, i);
                }
                else if (recording.Truths[i] == Truth.Event)
                {
                    rightAlarms += alarms[i] ? 1 : 0;
                    missed += alarms[i] ? 0 : 1;
                }
            }

            episodes += FalseEpisodes(alarms, recording.Truths);
        }

        return new AlarmSettings(
            threshold, hysteresis, minDuration,
            rightAlarms == 0 ? 0 : 2.0 * rightAlarms / ((2 * rightAlarms) + falseAlarms + missed),
            normal == 0 ? 0 : (double)falseAlarms / normal,
            normalSeconds == 0 ? 0 : episodes / (normalSeconds / 3600));
    }

    /// <summary>What the box's debouncing makes of the probabilities.</summary>
    internal static bool[] Alarms(OutOfFold recording, double threshold, double hysteresis, TimeSpan minDuration)
    {
        var debounce = new Debounce(threshold, hysteresis, minDuration);
        var alarms = new bool[recording.Probabilities.Count];
        for (int i = 0; i < alarms.Length; i++)
            alarms[i] = debounce.Look(recording.Probabilities[i], recording.Times[i]);
        return alarms;
    }

    static bool IsBetter(AlarmSettings settings, AlarmSettings best, AlarmLimits limits)
    {
        double excess = Excess(settings, limits), least = Excess(best, limits);
        return excess < least || (excess == least && settings.F1 > best.F1);
    }

    /// <summary>By how much of themselves the limits are broken; 0 where they are kept.</summary>
    static double Excess(AlarmSettings settings, AlarmLimits limits) =>
        Over(settings.FalseAlarmRate, limits.FalseAlarmRate) + Over(settings.EpisodesPerHour, limits.EpisodesPerHour);

    static double Over(double value, double limit) => value <= limit ? 0 : limit > 0 ? (value / limit) - 1 : value;

    /// <summary>The time that a row stands for: to the next row, but not over a gap of more than ten usual steps.</summary>
    static double Seconds(IReadOnlyList<EventTime> times, int i)
    {
        if (i + 1 >= times.Count)
            return 0;
        double usual = (times[^1].UnixNanoseconds - times[0].UnixNanoseconds) / 1e9 / (times.Count - 1);
        return Math.Min((times[i + 1].UnixNanoseconds - times[i].UnixNanoseconds) / 1e9, 10 * usual);
    }

    static int FalseEpisodes(bool[] alarms, IReadOnlyList<Truth> truths)
    {
        int episodes = 0;
        for (int i = 0; i < alarms.Length;)
        {
            if (!alarms[i++])
                continue;
            bool normal = truths[i - 1] == Truth.Normal, real = truths[i - 1] == Truth.Event;
            for (; i < alarms.Length && alarms[i]; i++)
                (normal, real) = (normal || truths[i] == Truth.Normal, real || truths[i] == Truth.Event);
            episodes += normal && !real ? 1 : 0;
        }

        return episodes;
    }
}
