using EdgeRuntime.Hq.Datasets;

namespace EdgeRuntime.Hq.Evaluation;

/// <summary>
/// What is counted of alarms against truths, and may be added up. Rows of unknown truth count neither way; what is odd but harmless is normal.
/// Counts are whole numbers held in doubles, so that sums are exact in any order; only a tally of chance holds parts.
/// </summary>
/// <param name="Hits">True positives: rows of events that alarmed.</param>
/// <param name="FalseAlarms">False positives: normal rows that alarmed.</param>
/// <param name="Misses">False negatives: rows of events that did not.</param>
/// <param name="Quiet">True negatives: normal rows that did not.</param>
/// <param name="FalseEpisodes">Runs of alarms that hold a normal row and touch no event.</param>
/// <param name="NormalHours">What the normal rows lasted.</param>
readonly record struct AlarmTally(double Hits, double FalseAlarms, double Misses, double Quiet, double FalseEpisodes, double NormalHours)
{
    // A gap in the recording is not time that anybody watched; 5 steps leave room for a source that skips a beat.
    const int StepsMax = 5;

    const double NanosecondsPerHour = 3.6e12;

    internal double EventRows => Hits + Misses;

    internal double NormalRows => FalseAlarms + Quiet;

    public static AlarmTally operator +(AlarmTally a, AlarmTally b) => new(
        a.Hits + b.Hits, a.FalseAlarms + b.FalseAlarms, a.Misses + b.Misses, a.Quiet + b.Quiet, a.FalseEpisodes + b.FalseEpisodes, a.NormalHours + b.NormalHours);

    public static AlarmTally operator *(AlarmTally a, double by) =>
        new(a.Hits * by, a.FalseAlarms * by, a.Misses * by, a.Quiet * by, a.FalseEpisodes * by, a.NormalHours * by);

    /// <param name="counts">Which rows count; null: all. An alarm that touches an event is no false episode, even where the event's rows do not count.</param>
    internal static AlarmTally Of(Recording recording, IReadOnlyList<bool> alarms, Func<int, bool>? counts = null)
    {
        long hits = 0, falseAlarms = 0, misses = 0, quiet = 0, episodes = 0, normal = 0;
        IReadOnlyList<long> durations = Durations(recording);
        bool touchesEvent = false, touchesNormal = false;
        for (int i = 0; i < alarms.Count; i++)
        {
            Truth truth = recording.Truths[i];
            bool counted = truth != Truth.Unknown && (counts is null || counts(i));
            if (counted && truth == Truth.Event)
                _ = alarms[i] ? hits++ : misses++;
            if (counted && truth == Truth.Normal)
            {
                _ = alarms[i] ? falseAlarms++ : quiet++;
                normal += durations[i];
            }

            touchesEvent |= alarms[i] && truth == Truth.Event;
            touchesNormal |= alarms[i] && truth == Truth.Normal && counted;
            if (alarms[i] && i + 1 < alarms.Count && alarms[i + 1])
                continue;
            if (touchesNormal && !touchesEvent)
                episodes++;
            touchesEvent = touchesNormal = false;
        }

        return new AlarmTally(hits, falseAlarms, misses, quiet, episodes, normal / NanosecondsPerHour);
    }

    internal static AlarmTally Sum(IEnumerable<AlarmTally> tallies) => tallies.Aggregate(default(AlarmTally), (a, b) => a + b);

    /// <summary>A row lasts until the next one, but no longer than a few usual steps; the last lasts a usual step.</summary>
    internal static IReadOnlyList<long> Durations(Recording recording)
    {
        long[] steps = [.. recording.Times.Zip(recording.Times.Skip(1), (a, b) => b.UnixNanoseconds - a.UnixNanoseconds)];
        if (steps.Length == 0)
            return new long[recording.Times.Count];
        long usual = steps.Order().ElementAt((steps.Length - 1) / 2);
        return [.. steps.Select(s => Math.Min(s, StepsMax * usual)), usual];
    }
}
