using EdgeRuntime.Facts;
using EdgeRuntime.Hq.Datasets;
using EdgeRuntime.Hq.Evaluation;
using Xunit;

namespace EdgeRuntime.Tests.Unit.Hq.Evaluation;

public sealed class EvaluationReportTests
{
    static readonly Recording[] Fleet = TinyFleet.Recordings(TinyFleet.Anywhere);

    [Fact]
    public void A_model_that_looks_holds_up()
    {
        EvaluationReport report = EvaluationReport.Of(Input(TinyFleet.Scored(Fleet, t => new TinyFleet.Honest(t))) with { Trainer = t => new TinyFleet.Honest(t) });
        EvaluationVerdict verdict = EvaluationVerdict.Of(report);
        Assert.Equal((Standing.HoldsUp, 0), (verdict.Standing, verdict.Reasons.Count));
        Assert.Equal((10, 10, 10), (report.Blocks, report.Events.All, report.Events.FoundCount));
    }

    [Fact]
    public void Alarming_always_is_doubtful_whatever_its_F1()
    {
        EvaluationReport report = EvaluationReport.Of(Input([.. Fleet.Select((r, i) => TinyFleet.Of(r, i % 5, _ => true))]));
        Assert.Equal(Standing.Doubtful, EvaluationVerdict.Of(report).Standing);
        Assert.Equal(report.AlwaysAlarming.ToString(), report.Alarms.ToString());
        (Estimate f1, Estimate far, Estimate mar, Estimate episodes) = report.NeverAlarming;
        Assert.Equal((0.0, 0.0, 1.0, 0.0), (f1.Value, far.Value, mar.Value, episodes.Value));
    }

    [Fact]
    public void Without_events_or_without_normal_time_nobody_can_tell()
    {
        EvaluationVerdict onlyNormal = Verdict(TinyRecording.Of("nnnn", "!...")), onlyEvents = Verdict(TinyRecording.Of("eeee", "!...")), unknown = Verdict(TinyRecording.Of("????", "!..."));
        Assert.All([onlyNormal, onlyEvents, unknown], v => Assert.Equal(Standing.CannotTell, v.Standing));
        Assert.Contains("No row of an event was scored: nobody knows what the model would miss.", onlyNormal.Reasons);
        Assert.Contains("No normal row was scored: nobody knows how often the model would alarm falsely.", onlyEvents.Reasons);
    }

    [Fact]
    public void Recordings_that_share_rows_are_one_block()
    {
        ScoredRecording[] scored = [.. Fleet.Select((r, i) => TinyFleet.Of(r, i % 5, n => n % 3 == 0))];
        EvaluationReport report = EvaluationReport.Of(Input(scored) with { Groups = [0, 0, 0, 1, 1, 1, 2, 2, 3, 3], Shared = [new SharedRows("r0", "r1", 57, 3)] });
        Assert.Equal((4, false), (report.Blocks, report.Alarms.FalseAlarmRate.HasInterval));
        Assert.Contains(EvaluationVerdict.Of(report).Notes, n => n == "1 pair of recordings share rows and are drawn as one block; people call 3 shared rows an event in the one and normal in the other, so no model can be right in both.");
    }

    [Fact]
    public void Files_assets_faults_and_regimes_are_told_apart()
    {
        EvaluationReport report = EvaluationReport.Of(Input(
        [
            TinyRecording.Of("nneenn", "..!...", "a", asset: "p1", fault: "leak", regime: "hot", fold: 0),
            TinyRecording.Of("nneenn", "!.....", "b", asset: "p1", fault: "leak", regime: "cold", fold: 1),
            TinyRecording.Of("nneenn", "..!!..", "c", asset: "p2", fault: "block", regime: "hot", fold: 2),
        ]));
        Assert.Equal(
            ["File a 1/1", "File b 0/1", "File c 1/1", "Asset p1 1/2", "Asset p2 1/1", "Fault block 1/1", "Fault leak 1/2", "Regime cold 0/1", "Regime hot 2/2"],
            report.Slices.Select(s => $"{s.By} {s.Name} {s.Events.FoundCount}/{s.Events.All}"));
        Assert.Equal(new AlarmTally(1, 1, 3, 7, 1, 8 / 3600.0), report.Slices.Single(s => s.Name == "leak").Alarms.Tally);
        Assert.DoesNotContain(EvaluationReport.Of(Input([TinyRecording.Of("nneenn", "..!...")])).Slices, s => s.By == SliceBy.Regime);
    }

    [Fact]
    public void A_fault_is_not_blamed_for_alarms_in_another()
    {
        ScoredRecording scored = TinyRecording.Of("nneenneenn", "..!...!!..");
        LabelledEvent second = scored.Recording.Events[1] with { Fault = "leak" };
        scored = scored with { Recording = scored.Recording with { Events = [scored.Recording.Events[0], second] } };
        EvaluationReport report = EvaluationReport.Of(Input([scored]));
        Assert.Equal(new AlarmTally(1, 0, 1, 6, 0, 6 / 3600.0), report.Slices.Single(s => s.Name == "event").Alarms.Tally);
        Assert.Equal(new AlarmTally(2, 0, 0, 6, 0, 6 / 3600.0), report.Slices.Single(s => s.Name == "leak").Alarms.Tally);
    }

    [Fact]
    public void Change_points_are_those_labelled_or_where_events_begin_and_end()
    {
        ScoredRecording[] scored = [TinyRecording.Of("nneenn", "..!!..", "a"), TinyRecording.Of("nnnnee", "......", "b", fold: 1)];
        // The end of the event in b lies behind the recording.
        Assert.Equal(3, EvaluationReport.Of(Input(scored)).Nab.Points);
        var labelled = new Dictionary<string, IReadOnlyList<EventTime>> { ["a"] = [new EventTime(3 * TinyRecording.Second)] };
        Assert.Equal(1, EvaluationReport.Of(Input(scored) with { ChangePoints = labelled }).Nab.Points);
    }

    [Fact]
    public void Probabilities_give_a_diagram_and_a_table_and_without_them_the_report_says_so()
    {
        EvaluationReport with = EvaluationReport.Of(Input([TinyRecording.Of("nnee", "..!!", probabilities: [0.1, 0.2, 0.8, 0.9])]));
        Assert.NotNull(with.Reliability);
        Assert.NotEmpty(with.Abstention);
        EvaluationReport without = EvaluationReport.Of(Input([TinyRecording.Of("nnee", "..!!")]));
        Assert.Null(without.Reliability);
        Assert.Contains("The model gives no probabilities, so calibration and abstention were not looked at.", EvaluationVerdict.Of(without).Notes);
    }

    [Fact]
    public void A_model_that_does_not_learn_from_labels_is_not_judged_by_shuffling_them()
    {
        ScoredRecording[] scored = TinyFleet.Scored(Fleet, t => new TinyFleet.Honest(t));
        EvaluationReport report = EvaluationReport.Of(Input(scored) with { Trainer = t => new TinyFleet.Honest(t), LearnsFromLabels = false });
        Assert.Equal(Shuffle.Rows, Assert.Single(report.Shuffled).What);
        Assert.Contains(EvaluationVerdict.Of(report).Notes, n => n.StartsWith("The model learns from normal rows and not from labels", StringComparison.Ordinal));
    }

    public static TheoryData<string, string> Wrong => new()
    {
        { "nothing", "There is nothing to evaluate: no recording was held out and scored. Check the recipe's data and split." },
        { "scores", "a has 3 scores for 4 rows; give one for each." },
        { "alarms", "a has 2 alarms for 4 rows; give one for each." },
        { "probabilities", "a has 1 probabilities for 4 rows; give one for each." },
        { "nan", "a, row 1: the score is NaN; a model must give a finite score for every whole vector." },
        { "probability", "a, row 2: the probability is 1.5; it must lie between 0 and 1." },
        { "groups", "There are 2 groups for 1 scored recordings; give one for each." },
        { "fold", "a was held out in fold 0, but nothing says what that fold was learned from." },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void What_does_not_fit_together_is_refused_in_one_sentence(string what, string sentence)
    {
        ScoredRecording fine = TinyRecording.Of("nnee", "..!!");
        EvaluationInput input = what switch
        {
            "nothing" => Input([]),
            "scores" => Input([fine with { Scores = [1, 2, 3] }]),
            "alarms" => Input([fine with { Alarms = [true, false] }]),
            "probabilities" => Input([fine with { Probabilities = [0.5] }]),
            "nan" => Input([fine with { Scores = [1, double.NaN, 3, 4] }]),
            "probability" => Input([fine with { Probabilities = [0, 1, 1.5, 0] }]),
            "groups" => Input([fine]) with { Groups = [1, 2] },
            _ => Input([fine]) with { Folds = [new FoldTraining(1, [], 1)] },
        };
        Assert.Equal(sentence, Assert.Throws<EvaluationException>(() => EvaluationReport.Of(input)).Message);
    }

    static EvaluationInput Input(IReadOnlyList<ScoredRecording> scored) => new("pump 1.0.0", Digest.Of("data"u8), scored);

    static EvaluationVerdict Verdict(ScoredRecording scored) => EvaluationVerdict.Of(EvaluationReport.Of(Input([scored])));
}
