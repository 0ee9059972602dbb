using EdgeRuntime.Facts;

namespace EdgeRuntime.Hq.Evaluation;

/// <summary>
/// The Numenta Anomaly Benchmark's score for change points, as SKAB's <c>core/metrics.py</c> computes it (<c>chp_score</c>, window 60 s right of the true
/// point, improved scale): in the window of each point only the first detection counts, from A_tp at its left edge down to A_fp at its right along
/// (A_tp - A_fp)/2 · (1 - tanh x / tanh(π/2)) + A_fp, x from -π/2 to π/2; a point without a detection counts A_fn, a detection in no window A_fp. 100 is a
/// detection right at each point and no other, 0 says nothing at all; it may be negative.
/// </summary>
/// <param name="Standard">A_tp 1, A_fp -0.11, A_fn -1.</param>
/// <param name="LowFalsePositives">A_fp -0.22.</param>
/// <param name="LowFalseNegatives">A_fn -2.</param>
/// <param name="Points">True change points.</param>
sealed record NabScore(double? Standard, double? LowFalsePositives, double? LowFalseNegatives, int Points)
{
    internal static readonly TimeSpan Window = TimeSpan.FromSeconds(60);

    // The source reads its scale from a table of so many steps; another count gives other last digits.
    const int ScaleSteps = 1000;

    static readonly (double Hit, double FalsePositive, double FalseNegative)[] Profiles = [(1, -0.11, -1), (1, -0.22, -1), (1, -0.11, -2)];

    /// <param name="recordings">True change points and detected ones of each recording, both in order of time.</param>
    internal static NabScore Of(IEnumerable<(IReadOnlyList<EventTime> Points, IReadOnlyList<EventTime> Detections)> recordings)
    {
        var score = new double[Profiles.Length];
        int points = 0;
        foreach ((IReadOnlyList<EventTime> truth, IReadOnlyList<EventTime> detections) in recordings)
        {
            long[] starts = [.. truth.Select(t => t.UnixNanoseconds).Distinct()];
            points += starts.Length;
            for (int p = 0; p < Profiles.Length; p++)
                score[p] += Score(starts, [.. detections.Select(d => d.UnixNanoseconds)], Profiles[p]);
        }

        double? Of(int p) => points > 0 ? 100 * (score[p] - (points * Profiles[p].FalseNegative)) / (points * (Profiles[p].Hit - Profiles[p].FalseNegative)) : null;
        return new NabScore(Of(0), Of(1), Of(2), points);
    }

    /// <summary>Where the alarm comes or goes: what SKAB's notebooks take as detected change points.</summary>
    internal static IReadOnlyList<EventTime> Edges(IReadOnlyList<EventTime> times, IReadOnlyList<bool> alarms) =>
        [.. Enumerable.Range(0, alarms.Count).Where(i => alarms[i] != (i > 0 && alarms[i - 1])).Select(i => times[i])];

    static double Score(long[] starts, long[] detections, (double Hit, double FalsePositive, double FalseNegative) profile)
    {
        long wide = Window.Ticks * 100, from = 0, to = long.MinValue;
        double score = 0;
        var inWindow = new HashSet<int>();
        for (int i = 0; i < starts.Length; i++)
        {
            // A window that meets the one before begins where that ends; a detection right there counts in both.
            from = i > 0 && to >= starts[i] ? to : starts[i];
            to = starts[i] + wide;
            int first = -1;
            for (int d = 0; d < detections.Length; d++)
            {
                if (detections[d] < from || detections[d] > to)
                    continue;
                inWindow.Add(d);
                first = first < 0 ? d : first;
            }

            score += first < 0 ? profile.FalseNegative : Scale((double)(detections[first] - from) / (to - from), profile.Hit, profile.FalsePositive);
        }

        return score + ((detections.Length - inWindow.Count) * profile.FalsePositive);
    }

    static double Scale(double place, double hit, double falsePositive)
    {
        int step = Math.Min((int)(place * ScaleSteps), ScaleSteps - 1);
        double x = (-Math.PI / 2) + (Math.PI * step / (ScaleSteps - 1));
        return ((hit - falsePositive) / 2 * (1 - (Math.Tanh(x) / Math.Tanh(Math.PI / 2)))) + falsePositive;
    }
}
