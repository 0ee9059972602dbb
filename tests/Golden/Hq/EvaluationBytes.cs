using System.Text;
using EdgeRuntime.Facts;
using EdgeRuntime.Hq.Datasets;
using EdgeRuntime.Hq.Evaluation;
using EdgeRuntime.Hq.Reports;
using EdgeRuntime.Hq.Training;
using EdgeRuntime.Tests.Kit;
using Xunit;

namespace EdgeRuntime.Tests.Golden.Hq;

/// <summary>
/// A whole evaluation, frozen: programs read its JSON, and people compare its page with last month's. Eight recordings of made-up scores hold every kind of
/// row, event and alarm. A changed field is a new format, not an edit of this one. UPDATE_GOLDEN=1 rewrites the files.
/// </summary>
public sealed class EvaluationBytes
{
    const int Rows = 120;

    [Fact]
    public void The_JSON_is_the_one_that_was_frozen() => GoldenFile.CheckText("tests/Golden/Hq/evaluation.json", Encoding.UTF8.GetString(EvaluationJson.Write(Report())));

    [Fact]
    public void The_page_is_the_one_that_was_frozen() => GoldenFile.CheckText("tests/Golden/Hq/evaluation.html", EvaluationPage.Write(Report()));

    [Fact]
    public void The_words_are_those_that_were_frozen() => GoldenFile.CheckText("tests/Golden/Hq/evaluation.txt", EvaluationWords.Of(Report(), []));

    static EvaluationReport Report()
    {
        ScoredRecording[] scored = [.. Enumerable.Range(0, 8).Select(Scored)];
        return EvaluationReport.Of(new EvaluationInput("golden-skid 1.0.0", Digest.Of("skid"u8), scored)
        {
            Groups = [0, 1, 2, 0, 3, 4, 5, 6],
            Shared = [new SharedRows("skid/0", "skid/3", 24, 5)],
            Columns = [new VectorColumn("flow", "l/min"), new VectorColumn("hours", "h")],
            Thresholds = Enumerable.Range(0, 3).ToDictionary(f => f, f => 0.5),
            Trainer = training => new HalfAwake(training),
            Seed = 7,
        });
    }

    /// <summary>Triangles and a linear congruence: whole-number arithmetic, the same on every machine.</summary>
    static ScoredRecording Scored(int n)
    {
        int from = 30 + (n * 17 % 50), to = from + 25;
        EventTime[] times = [.. Enumerable.Range(0, Rows).Select(i => new EventTime(1_767_225_600_000_000_000 + (((n * 5_000L) + i + (i > 100 ? 60 : 0)) * 1_000_000_000L)))];
        Truth TruthOf(int i) => i >= from && i < to && n != 5 ? Truth.Event : i >= to && i < to + 6 ? Truth.Unknown : Truth.Normal;
        List<LabelledEvent> events = n == 5
            ? [new LabelledEvent("recipe", times[from], times[to], Harmless: true)]
            : [new LabelledEvent(n % 2 == 0 ? "leak" : "cavitation", times[from], times[to])];
        float[][] rows = [.. Enumerable.Range(0, Rows).Select(i => new[] { (i * 7919 + n * 104_729) % 1009 / 1009f, n + (i / 3600f) })];
        var recording = new Recording($"skid/{n}", n < 6 ? "skid-1" : "skid-2", n % 3 == 0 ? "warm" : "cold", times, rows, [.. Enumerable.Range(0, Rows).Select(TruthOf)], events, 0);
        return new HalfAwake(new FoldTraining(n % 3, [], 1)).Score(recording);
    }

    /// <summary>Sees three events of four some rows late, and alarms falsely now and then.</summary>
    sealed class HalfAwake(FoldTraining training) : IFoldScorer
    {
        public ScoredRecording Score(Recording recording)
        {
            double[] scores = [.. recording.Rows.Select((r, i) => Math.Round((0.6 * r[0]) + (IsSeen(recording, i) ? 0.4 : 0), 4))];
            return new ScoredRecording(
                recording, scores, [.. scores.Select(s => Math.Clamp((1.25 * s) - 0.1, 0, 1))], [.. scores.Select((s, i) => s > 0.5 && (i == 0 || scores[i - 1] > 0.3))], training.Fold);
        }

        static bool IsSeen(Recording recording, int row) => recording.Name != "skid/3" && row >= 4 && recording.Truths[row - 4] == Truth.Event;
    }
}
