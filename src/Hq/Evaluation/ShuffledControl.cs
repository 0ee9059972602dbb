using EdgeRuntime.Facts;
using EdgeRuntime.Hq.Datasets;
using EdgeRuntime.Hq.Training;

namespace EdgeRuntime.Hq.Evaluation;

/// <summary>What was shuffled before the model was trained again.</summary>
enum Shuffle
{
    /// <summary>Within each recording that is learned from, labels stand at other rows. There is nothing left to learn; what still scores knows the answers from elsewhere.</summary>
    Labels,

    /// <summary>Within each recording, learned from or asked about, vectors stand at other moments. Only what goes by time or position can still score.</summary>
    Rows,
}

/// <summary>The model's own trainer on shuffled data, over the same folds, some times.</summary>
/// <param name="Repeats">One for each shuffle.</param>
sealed record ShuffledControl(Shuffle What, IReadOnlyList<ShuffledRepeat> Repeats)
{
    internal const int RepeatsMade = 3;

    /// <summary>Every repeat is clearly above chance; one alone may be by luck, as 1 in 40 is. Null: nobody can tell.</summary>
    internal bool? StillScores =>
        Repeats.All(r => r.Difference.IsClearlyAbove == true) ? true : Repeats.Any(r => r.Difference.IsClearlyAbove == false) ? false : null;

    /// <param name="progress">Told the share of the trainings that is done.</param>
    internal static ShuffledControl Of(
        Shuffle what, IReadOnlyList<ScoredRecording> scored, IReadOnlyList<int> blocks, IReadOnlyList<FoldTraining> folds, Func<FoldTraining, IFoldScorer> trainer, BlockBootstrap bootstrap,
        IProgress<double>? progress = null) =>
        new(what, [.. Enumerable.Range(0, RepeatsMade).Select(n =>
            Repeat(what, scored, blocks, folds, trainer, bootstrap, n, PartOfProgress.Of(progress, (double)n / RepeatsMade, 1.0 / RepeatsMade)))]);

    static ShuffledRepeat Repeat(
        Shuffle what, IReadOnlyList<ScoredRecording> scored, IReadOnlyList<int> blocks, IReadOnlyList<FoldTraining> folds, Func<FoldTraining, IFoldScorer> trainer, BlockBootstrap bootstrap,
        int repeat, PartOfProgress? progress)
    {
        var random = new Random(unchecked((bootstrap.Seed * 31) + repeat));
        var scorers = new Dictionary<int, IFoldScorer>();
        foreach (FoldTraining fold in folds)
        {
            scorers.Add(fold.Fold, Train(trainer, fold with
            {
                Recordings = [.. fold.Recordings.Select(r => what == Shuffle.Labels ? WithLabels(r, random) : WithRows(r, random))],
                Progress = PartOfProgress.Of(progress, (double)scorers.Count / folds.Count, 1.0 / folds.Count),
            }));
            progress?.Report((double)scorers.Count / folds.Count);
        }

        ScoredRecording[] again =
        [
            .. scored.Select(s => scorers[s.Fold].Score(what == Shuffle.Rows ? WithRows(s.Recording, random) : s.Recording) with { Recording = s.Recording }),
        ];
        AlarmTally[] shuffled = BlockTallies.Of(again, blocks, s => AlarmTally.Of(s.Recording, s.Alarms));
        AlarmTally[] chance = BlockTallies.Of(again, blocks, s => ChanceLevel.Of(s, random));
        return new ShuffledRepeat(
            AlarmQuality.Of(shuffled, bootstrap), AlarmQuality.Of(chance, bootstrap), AlarmQuality.Difference(shuffled, chance, bootstrap));
    }

    /// <summary>On shuffled data there should be nothing to learn; a trainer that says so has passed.</summary>
    static IFoldScorer Train(Func<FoldTraining, IFoldScorer> trainer, FoldTraining fold)
    {
        try
        {
            return trainer(fold);
        }
        catch (TrainingException)
        {
            return new SilentScorer(fold.Fold);
        }
    }

    static Recording WithRows(Recording recording, Random random)
    {
        float[][] rows = [.. recording.Rows];
        random.Shuffle(rows);
        return recording with { Rows = rows };
    }

    /// <summary>Rows of unknown truth stay so; what was an interval is as many single rows as chance puts side by side.</summary>
    internal static Recording WithLabels(Recording recording, Random random)
    {
        int[] known = [.. Enumerable.Range(0, recording.Truths.Count).Where(i => recording.Truths[i] != Truth.Unknown)];
        Truth[] labels = [.. known.Select(i => recording.Truths[i])];
        random.Shuffle(labels);
        Truth[] truths = [.. recording.Truths];
        for (int i = 0; i < known.Length; i++)
            truths[known[i]] = labels[i];
        return recording with { Truths = truths, Events = Events(recording.Times, truths) };
    }

    static List<LabelledEvent> Events(IReadOnlyList<EventTime> times, Truth[] truths)
    {
        var events = new List<LabelledEvent>();
        for (int i = 0; i < truths.Length; i++)
        {
            if (truths[i] != Truth.Event)
                continue;
            int first = i;
            while (i + 1 < truths.Length && truths[i + 1] == Truth.Event)
                i++;
            events.Add(new LabelledEvent("event", times[first], i + 1 < times.Count ? times[i + 1] : new EventTime(times[i].UnixNanoseconds + 1)));
        }

        return events;
    }
}

/// <param name="Chance">What the same alarms would give at moments that mean nothing.</param>
/// <param name="Difference">The shuffled model less chance.</param>
sealed record ShuffledRepeat(AlarmQuality Alarms, AlarmQuality Chance, AlarmDifference Difference);
