using EdgeRuntime.Facts;
using EdgeRuntime.Hq.Datasets;
using EdgeRuntime.Hq.Training;

namespace EdgeRuntime.Hq.Evaluation;

/// <summary>
/// What held-out scores are worth, as <c>edgehq evaluate</c> tells it: <c>EvaluationJson</c> for programs, <c>EvaluationPage</c> for people,
/// <c>EvaluationWords</c> for the terminal. Made by <see cref="Of"/> only; the same input gives the same report, byte for byte.
/// </summary>
sealed record EvaluationReport
{
    internal required EvaluationInput Input { get; init; }

    /// <summary>Independent blocks: recordings, counted as one where they share rows.</summary>
    internal required int Blocks { get; init; }

    internal required AlarmQuality Alarms { get; init; }

    internal required EventDetection Events { get; init; }

    internal required IReadOnlyList<EventOutcome> Outcomes { get; init; }

    /// <summary>What the box finds without the model; null: nobody knows.</summary>
    internal required ValidationQuality? Validation { get; init; }

    internal required NabScore Nab { get; init; }

    /// <summary>Null: the model gives no probabilities.</summary>
    internal required ReliabilityDiagram? Reliability { get; init; }

    internal required RankingCurves Ranking { get; init; }

    internal required IReadOnlyList<AbstentionRow> Abstention { get; init; }

    internal required IReadOnlyList<EvaluationSlice> Slices { get; init; }

    internal required AlarmQuality AlwaysAlarming { get; init; }

    internal required AlarmQuality NeverAlarming { get; init; }

    /// <summary>The model's own alarms at moments that mean nothing.</summary>
    internal required AlarmQuality AtRandom { get; init; }

    /// <summary>The model less its own alarms at random.</summary>
    internal required AlarmDifference AboveRandom { get; init; }

    internal required LeakGuard LeakGuard { get; init; }

    /// <summary>None: no trainer was given.</summary>
    internal required IReadOnlyList<ShuffledControl> Shuffled { get; init; }

    /// <summary>Everything that an evaluation says.</summary>
    /// <param name="progress">Told the share of the controls that is trained, which takes most of the time.</param>
    /// <exception cref="EvaluationException">The input does not fit together.</exception>
    internal static EvaluationReport Of(EvaluationInput input, IProgress<double>? progress = null)
    {
        input.Check();
        IReadOnlyList<ScoredRecording> scored = input.Scored;
        var bootstrap = new BlockBootstrap(input.Seed);
        IReadOnlyList<int> groups = input.Groups.Count > 0 ? input.Groups : ByName(scored);
        int[] blocks = BlockTallies.Places(groups);
        IReadOnlyList<FoldTraining> folds = input.Folds.Count > 0 ? input.Folds : OtherFolds(scored, input.Seed);

        AlarmTally[] Tally(Func<ScoredRecording, AlarmTally> of) => BlockTallies.Of(scored, blocks, of);
        AlarmTally[] alarms = Tally(s => AlarmTally.Of(s.Recording, s.Alarms));
        var random = new Random(input.Seed);
        AlarmTally[] atRandom = Tally(s => ChanceLevel.Of(s, random));
        IReadOnlyList<IReadOnlyList<EventOutcome>> outcomes = BlockTallies.Of(scored, blocks, (EventOutcome _) => true);
        ScoredRow[] probabilities = ScoredRow.Sorted([.. scored.Where(s => s.Probabilities.Count > 0)], [.. blocks.Where((_, i) => scored[i].Probabilities.Count > 0)], s => s.Probabilities);
        EventOutcome[] told = [.. scored.SelectMany(s => EventOutcome.Of(s.Recording, s.Alarms))];
        return new EvaluationReport
        {
            Input = input,
            Blocks = BlockTallies.Count(blocks),
            Alarms = AlarmQuality.Of(alarms, bootstrap),
            Events = EventDetection.Of(outcomes, bootstrap),
            Outcomes = told,
            Validation = ValidationQuality.Of(scored, told, AlarmTally.Sum(alarms).NormalHours),
            Nab = NabScore.Of(scored.Select(s => (PointsOf(s.Recording, input.ChangePoints), NabScore.Edges(s.Recording.Times, s.Alarms)))),
            Reliability = ReliabilityDiagram.Of(probabilities, BlockTallies.Count(blocks), bootstrap),
            Ranking = RankingCurves.Of(ScoredRow.Sorted(scored, blocks, s => s.Scores), BlockTallies.Count(blocks), bootstrap),
            Abstention = AbstentionTable.Of(probabilities),
            Slices = EvaluationSlice.All(scored, groups, bootstrap),
            AlwaysAlarming = AlarmQuality.Of(Tally(s => AlarmTally.Of(s.Recording, [.. s.Alarms.Select(_ => true)])), bootstrap),
            NeverAlarming = AlarmQuality.Of(Tally(s => AlarmTally.Of(s.Recording, [.. s.Alarms.Select(_ => false)])), bootstrap),
            AtRandom = AlarmQuality.Of(atRandom, bootstrap),
            AboveRandom = AlarmQuality.Difference(alarms, atRandom, bootstrap),
            LeakGuard = LeakGuard.Of(scored, blocks, folds, input.Columns, input.Shared, bootstrap, input.ControlFolds),
            Shuffled = input.Trainer is { } trainer ? Controls(input, blocks, folds, trainer, bootstrap, progress) : [],
        };
    }

    static ShuffledControl[] Controls(
        EvaluationInput input, int[] blocks, IReadOnlyList<FoldTraining> folds, Func<FoldTraining, IFoldScorer> trainer, BlockBootstrap bootstrap, IProgress<double>? progress)
    {
        Shuffle[] made = [.. Enum.GetValues<Shuffle>().Where(s => s != Shuffle.Labels || input.LearnsFromLabels)];
        return [.. made.Select((what, i) => ShuffledControl.Of(
            what, input.Scored, blocks, folds, trainer, bootstrap, PartOfProgress.Of(progress, (double)i / made.Length, 1.0 / made.Length)))];
    }

    static int[] ByName(IReadOnlyList<ScoredRecording> scored)
    {
        string[] names = [.. scored.Select(s => s.Recording.Name)];
        return [.. names.Select(n => Array.IndexOf(names, n))];
    }

    static FoldTraining[] OtherFolds(IReadOnlyList<ScoredRecording> scored, int seed) =>
        [.. scored.Select(s => s.Fold).Distinct().Order().Select(f => new FoldTraining(f, [.. scored.Where(s => s.Fold != f).Select(s => s.Recording)], seed))];

    static IReadOnlyList<EventTime> PointsOf(Recording recording, IReadOnlyDictionary<string, IReadOnlyList<EventTime>> labelled)
    {
        if (recording.Times.Count == 0)
            return [];
        IEnumerable<EventTime> points = labelled.Count > 0
            ? labelled.GetValueOrDefault(recording.Name, [])
            : recording.Events.Where(e => !e.Harmless).SelectMany(e => new[] { e.From, e.To });
        return [.. points.Where(p => p >= recording.Times[0] && p <= recording.Times[^1]).Order()];
    }
}
