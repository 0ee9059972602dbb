using System.Globalization;
using EdgeRuntime.Facts;
using EdgeRuntime.Hq.Datasets;
using EdgeRuntime.Hq.Evaluation;
using EdgeRuntime.Hq.Reports;
using EdgeRuntime.Tests.Kit;
using Xunit;

namespace EdgeRuntime.Tests.Unit.Hq;

/// <summary>What boosting is worth on recordings of SKAB that it has not seen: alarms, probabilities, and keeping silent.</summary>
public sealed class SkabBoostingTests(SkabDeals deals) : IClassFixture<SkabDeals>
{
    [Fact]
    public void Boosting_reaches_F1_of_0_74_on_recordings_it_has_not_seen()
    {
        Assert.SkipWhen(TestData.Folder is null, TestData.Absent);
        var results = new List<(double F1, double FalseAlarmRate, double EpisodesPerHour)>();
        foreach ((int seed, EvaluationReport report) in deals.Reports.Index())
        {
            (Estimate f1, Estimate falseAlarmRate, Estimate missed, Estimate episodes) = report.Alarms;
            results.Add((f1.Value!.Value, falseAlarmRate.Value!.Value, episodes.Value!.Value));
            Figures.Say(string.Create(CultureInfo.InvariantCulture, $"deal {seed}: F1 {f1.Value:F3}, FAR {falseAlarmRate.Value:P1}, MAR {missed.Value:P1}, {episodes.Value:F1} false episodes an hour of normal"));
        }

        Figures.Say(string.Create(CultureInfo.InvariantCulture, $"mean of {results.Count}: F1 {results.Average(r => r.F1):F3}, FAR {results.Average(r => r.FalseAlarmRate):P1}, {results.Average(r => r.EpisodesPerHour):F1} false episodes an hour; worst F1 {results.Min(r => r.F1):F3}"));
        Assert.True(results.Average(r => r.F1) >= 0.74, "F1");
        Assert.True(results.Average(r => r.FalseAlarmRate) <= 0.12 && results.Average(r => r.EpisodesPerHour) <= 25, "false alarms");
    }

    [Fact]
    public void Recordings_that_share_rows_lie_in_one_fold_and_no_feature_counts()
    {
        Assert.SkipWhen(TestData.Folder is null, TestData.Absent);
        foreach (EvaluationReport report in deals.Reports)
        {
            Dictionary<string, int> foldOf = report.Input.Scored.ToDictionary(s => s.Recording.Name, s => s.Fold);
            foreach (string[] together in (string[][])[["other/2", "other/3", "other/4"], ["other/12", "other/13"], ["anomaly-free/anomaly-free", "other/5"]])
                Assert.Single(together.Select(name => foldOf[name]).Distinct());
            Assert.Empty(report.LeakGuard.FoldLeaks);
            Assert.Empty(report.LeakGuard.Counters);
        }
    }

    [Fact]
    public void Probabilities_of_recordings_it_has_not_seen_are_off_by_at_most_0_05()
    {
        Assert.SkipWhen(TestData.Folder is null, TestData.Absent);
        double[] errors = [.. deals.Reports.Select(r => r.Reliability!.Error.Value!.Value)], widths = [.. deals.Reports.Select(r => r.Reliability!.EqualWidthError.Value!.Value)];
        Figures.Say(string.Create(CultureInfo.InvariantCulture, $"ECE, bins of equally many rows: {string.Join(", ", errors.Select(e => e.ToString("F3", CultureInfo.InvariantCulture)))}; mean of the deals {errors.Average():F3}, which is held to 0.05; bins of equal width: mean of the deals {widths.Average():F3}"));
        Assert.True(errors.Average() <= 0.05, "ECE");
    }

    [Fact]
    public void Silence_below_a_confidence_raises_precision_to_what_the_report_says()
    {
        Assert.SkipWhen(TestData.Folder is null, TestData.Absent);
        foreach ((int seed, EvaluationReport report) in deals.Reports.Index())
        {
            double all = report.Alarms.Precision.Value!.Value;
            string words = EvaluationWords.Of(report, ["abstention"]);
            foreach (AbstentionRow row in report.Abstention)
            {
                (double? precision, int answered) = Answered(report, row.Confidence);
                Assert.Equal((precision, answered), (row.Precision, row.Rows));
                Assert.True(precision is null || precision >= all, $"deal {seed}: precision {precision} from {row.Confidence}, {all} of all");
                Assert.Contains(string.Create(CultureInfo.InvariantCulture, $"Answering from a confidence of {row.Confidence:0.00}: {Plain.Percent(row.Coverage)} of rows, precision {Plain.Percent(precision)},"), words, StringComparison.Ordinal);
            }

            // Silence must cost answers and buy precision; where it changes nothing, the rows above hold as well.
            Assert.True(
                report.Abstention.Any(a => a is { Confidence: >= 0.7 and <= 0.9, Coverage: < 1, Rows: > 0 } && a.Precision > all),
                $"deal {seed}: from no confidence of 0.7 to 0.9 are there fewer answers of a higher precision than {all} of all");
            Figures.Say(string.Create(CultureInfo.InvariantCulture, $"deal {seed}: precision {report.Alarms.Precision.Value:P1} of all; {string.Join(", ", report.Abstention.Select(a => string.Create(CultureInfo.InvariantCulture, $"{a.Precision:P1} from {a.Confidence} ({a.Coverage:P0} of rows)")))}"));
        }
    }

    /// <summary>As a box abstains: silent where what it says is less likely than the confidence.</summary>
    static (double? Precision, int Rows) Answered(EvaluationReport report, double confidence)
    {
        int rows = 0, alarms = 0, hits = 0;
        foreach (ScoredRecording scored in report.Input.Scored)
        {
            for (int i = 0; i < scored.Alarms.Count; i++)
            {
                Truth truth = scored.Recording.Truths[i];
                double sureness = scored.Alarms[i] ? scored.Probabilities[i] : 1 - scored.Probabilities[i];
                if (truth == Truth.Unknown || sureness < confidence)
                    continue;
                rows++;
                alarms += scored.Alarms[i] ? 1 : 0;
                hits += scored.Alarms[i] && truth == Truth.Event ? 1 : 0;
            }
        }

        return (alarms == 0 ? null : (double)hits / alarms, rows);
    }
}
