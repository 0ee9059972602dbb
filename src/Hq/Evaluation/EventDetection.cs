namespace EdgeRuntime.Hq.Evaluation;

/// <summary>How many events were found, and how late. Delays are of the events that were found only; a missed one has none, so read both together.</summary>
/// <param name="Found">Share of all events.</param>
/// <param name="MedianSeconds">Delays by nearest rank: one that really occurred.</param>
/// <param name="WasAlarming">Found events during which the alarm merely went on.</param>
/// <param name="Unseen">Events without one vector.</param>
sealed record EventDetection(int All, Estimate Found, Estimate MedianSeconds, Estimate P90Seconds, double? MaxSeconds, int WasAlarming, int Unseen)
{
    internal int FoundCount { get; private init; }

    /// <param name="blocks">The events of each block.</param>
    internal static EventDetection Of(IReadOnlyList<IReadOnlyList<EventOutcome>> blocks, BlockBootstrap bootstrap)
    {
        EventOutcome[] all = [.. blocks.SelectMany(b => b)];
        double[][] delays = [.. blocks.Select(b => b.Where(e => e.DelaySeconds is not null).Select(e => e.DelaySeconds!.Value).ToArray())];
        (double Delay, int Block)[] sorted = [.. delays.SelectMany((b, i) => b.Select(d => (d, i))).OrderBy(p => p.d).ThenBy(p => p.i)];
        Estimate found = bootstrap.Of(
            blocks.Count,
            times => Share(times.Select((t, i) => (double)t * delays[i].Length).Sum(), times.Select((t, i) => (double)t * blocks[i].Count).Sum()),
            i => blocks[i].Count > 0);
        Estimate Quantile(double q) => bootstrap.Of(blocks.Count, times => NearestRank(sorted, times, q), i => delays[i].Length > 0);
        return new EventDetection(
            all.Length, found, Quantile(0.5), Quantile(0.9), sorted.Length > 0 ? sorted[^1].Delay : null, all.Count(e => e.WasAlarming), all.Count(e => e.Unseen))
        {
            FoundCount = sorted.Length,
        };
    }

    static double? Share(double part, double whole) => whole > 0 ? part / whole : null;

    /// <summary>The smallest delay that at least a share q of the found events does not exceed.</summary>
    static double? NearestRank((double Delay, int Block)[] sorted, int[] times, double q)
    {
        long total = sorted.Sum(s => (long)times[s.Block]);
        if (total == 0)
            return null;
        long seen = 0;
        foreach ((double delay, int block) in sorted)
        {
            seen += times[block];
            if (seen >= q * total)
                return delay;
        }

        return sorted[^1].Delay;
    }
}
