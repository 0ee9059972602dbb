using EdgeRuntime.Hq.Datasets;

namespace EdgeRuntime.Hq.Evaluation;

/// <summary>By what the rows are told apart.</summary>
enum SliceBy
{
    File,
    Asset,
    Fault,
    Regime,
}

/// <summary>The same measures for a part of the rows.</summary>
/// <param name="Recordings">How many hold something of it.</param>
sealed record EvaluationSlice(SliceBy By, string Name, int Recordings, AlarmQuality Alarms, EventDetection Events)
{
    /// <summary>
    /// A fault is judged on its own events and on the normal rows of the recordings that hold one; events of other faults count neither way. A cut by regime is
    /// left out where no recording has one.
    /// </summary>
    internal static IReadOnlyList<EvaluationSlice> All(IReadOnlyList<ScoredRecording> scored, IReadOnlyList<int> groups, BlockBootstrap bootstrap)
    {
        var slices = new List<EvaluationSlice>();
        void ByRecording(SliceBy by, Func<Recording, string> name)
        {
            foreach (string one in scored.Select(s => name(s.Recording)).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal))
                slices.Add(Of(by, one, scored, groups, r => name(r) == one, null, bootstrap));
        }

        ByRecording(SliceBy.File, r => r.Name);
        ByRecording(SliceBy.Asset, r => r.Asset);
        foreach (string fault in scored.SelectMany(s => s.Recording.Events).Where(e => !e.Harmless).Select(e => e.Fault).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal))
            slices.Add(Of(SliceBy.Fault, fault, scored, groups, r => r.Events.Any(e => IsOf(e, fault)), fault, bootstrap));
        if (scored.Any(s => s.Recording.Regime.Length > 0))
            ByRecording(SliceBy.Regime, r => r.Regime);
        return slices;
    }

    static EvaluationSlice Of(
        SliceBy by, string name, IReadOnlyList<ScoredRecording> scored, IReadOnlyList<int> groups, Func<Recording, bool> holds, string? fault, BlockBootstrap bootstrap)
    {
        int[] kept = [.. Enumerable.Range(0, scored.Count).Where(i => holds(scored[i].Recording))];
        ScoredRecording[] part = [.. kept.Select(i => scored[i])];
        int[] blocks = BlockTallies.Places(kept.Select(i => groups[i]));
        return new EvaluationSlice(
            by, name, part.Select(p => p.Recording.Name).Distinct(StringComparer.Ordinal).Count(),
            AlarmQuality.Of(BlockTallies.Of(part, blocks, s => AlarmTally.Of(s.Recording, s.Alarms, fault is null ? null : Counts(s.Recording, fault))), bootstrap),
            EventDetection.Of(BlockTallies.Of(part, blocks, (EventOutcome e) => fault is null || e.Event.Fault == fault), bootstrap));
    }

    static Func<int, bool> Counts(Recording recording, string fault)
    {
        LabelledEvent[] events = [.. recording.Events.Where(e => IsOf(e, fault))];
        return row => recording.Truths[row] != Truth.Event || Array.Exists(events, e => recording.Times[row] >= e.From && recording.Times[row] < e.To);
    }

    static bool IsOf(LabelledEvent one, string fault) => !one.Harmless && one.Fault == fault;
}
