namespace EdgeRuntime.Hq.Evaluation;

/// <summary>Recordings that share rows are one block: what is drawn again as a whole.</summary>
static class BlockTallies
{
    /// <summary>Group numbers as places 0, 1, 2, … in order of their first appearance.</summary>
    internal static int[] Places(IEnumerable<int> groups)
    {
        var places = new Dictionary<int, int>();
        var made = new List<int>();
        foreach (int group in groups)
        {
            if (!places.TryGetValue(group, out int place))
                places.Add(group, place = places.Count);
            made.Add(place);
        }

        return [.. made];
    }

    internal static int Count(IReadOnlyList<int> blocks) => blocks.Count == 0 ? 0 : blocks.Max() + 1;

    internal static AlarmTally[] Of(IReadOnlyList<ScoredRecording> scored, IReadOnlyList<int> blocks, Func<ScoredRecording, AlarmTally> tally)
    {
        var sums = new AlarmTally[Count(blocks)];
        for (int i = 0; i < scored.Count; i++)
            sums[blocks[i]] += tally(scored[i]);
        return sums;
    }

    internal static IReadOnlyList<IReadOnlyList<EventOutcome>> Of(IReadOnlyList<ScoredRecording> scored, IReadOnlyList<int> blocks, Func<EventOutcome, bool> counts)
    {
        List<EventOutcome>[] found = [.. Enumerable.Range(0, Count(blocks)).Select(_ => new List<EventOutcome>())];
        for (int i = 0; i < scored.Count; i++)
            found[blocks[i]].AddRange(EventOutcome.Of(scored[i].Recording, scored[i].Alarms).Where(counts));
        return found;
    }
}
