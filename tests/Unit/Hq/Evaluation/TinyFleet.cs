using EdgeRuntime.Facts;
using EdgeRuntime.Hq.Datasets;
using EdgeRuntime.Hq.Evaluation;

namespace EdgeRuntime.Tests.Unit.Hq.Evaluation;

/// <summary>Ten recordings of one pump, each with one fault that its only sensor shows; a model that looks, and models that cheat.</summary>
static class TinyFleet
{
    internal const int Rows = 200, EventRows = 60;

    /// <param name="onset">Row at which the fault of each recording begins.</param>
    internal static Recording[] Recordings(Func<int, int> onset, int count = 10) => [.. Enumerable.Range(0, count).Select(n => Recording(n, onset(n)))];

    /// <summary>Faults that begin anywhere, so that no clock foretells them.</summary>
    internal static int Anywhere(int recording) => recording * 53 % (Rows - EventRows);

    internal static ScoredRecording[] Scored(IReadOnlyList<Recording> recordings, Func<FoldTraining, IFoldScorer> trainer) =>
        [.. recordings.Select((r, i) => trainer(Fold(recordings, i % 5)).Score(r))];

    internal static FoldTraining Fold(IReadOnlyList<Recording> recordings, int fold) => new(fold, [.. recordings.Where((_, i) => i % 5 != fold)], 1);

    internal static int[] Blocks(int count) => [.. Enumerable.Range(0, count)];

    internal static FoldTraining[] Folds(IReadOnlyList<Recording> recordings) => [.. Enumerable.Range(0, 5).Select(f => Fold(recordings, f))];

    internal static ScoredRecording Of(Recording recording, int fold, Func<int, bool> alarms) =>
        new(recording, [.. Enumerable.Range(0, recording.Rows.Count).Select(i => alarms(i) ? 1.0 : 0.0)], [], [.. Enumerable.Range(0, recording.Rows.Count).Select(alarms)], fold);

    static Recording Recording(int n, int onset)
    {
        var random = new Random(n);
        // At another time of the day each, and a gap of hours between them.
        long start = ((n * 37_123L) + 1000) * TinyRecording.Second;
        EventTime[] times = [.. Enumerable.Range(0, Rows).Select(i => new EventTime(start + (i * TinyRecording.Second)))];
        bool IsEvent(int i) => i >= onset && i < onset + EventRows;
        return new Recording(
            $"r{n}", "pump", "", times, [.. Enumerable.Range(0, Rows).Select(i => new[] { (float)(TinyPlant.Normal(random) + (IsEvent(i) ? 4 : 0)) })],
            [.. Enumerable.Range(0, Rows).Select(i => IsEvent(i) ? Truth.Event : Truth.Normal)],
            [new LabelledEvent("leak", times[onset], new EventTime(times[onset].UnixNanoseconds + (EventRows * TinyRecording.Second)))], 0);
    }

    /// <summary>Alarms beyond the middle between the means of both classes, on the side of events, and never where those are not apart.</summary>
    internal sealed class Honest(FoldTraining training) : IFoldScorer
    {
        readonly double _normal = Mean(training, Truth.Normal), _event = Mean(training, Truth.Event);

        public ScoredRecording Score(Recording recording) => Of(
            recording, training.Fold, i => Math.Abs(_event - _normal) > 1 && Math.Abs(recording.Rows[i][0] - _event) < Math.Abs(recording.Rows[i][0] - _normal));

        static double Mean(FoldTraining training, Truth truth) => training.Recordings.SelectMany(r => r.Rows.Where((_, i) => r.Truths[i] == truth)).Average(r => r[0]);
    }

    /// <summary>Has the answers from elsewhere, whatever it was trained on.</summary>
    internal sealed class KnowsTheAnswers(FoldTraining training, IReadOnlyList<Recording> answers) : IFoldScorer
    {
        public ScoredRecording Score(Recording recording) => Of(recording, training.Fold, i => answers.Single(a => a.Name == recording.Name).Truths[i] == Truth.Event);
    }

    /// <summary>Alarms in the rows in which most recordings that it learned from had an event.</summary>
    internal sealed class GoesByPosition(FoldTraining training) : IFoldScorer
    {
        public ScoredRecording Score(Recording recording) => Of(recording, training.Fold, i => 2 * training.Recordings.Count(r => r.Truths[i] == Truth.Event) > training.Recordings.Count);
    }
}
