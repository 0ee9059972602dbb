using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using EdgeRuntime.Facts;
using EdgeRuntime.Hq.Evaluation;
using EdgeRuntime.Hq.Reports;
using EdgeRuntime.Tests.Unit.Hq.Evaluation;
using Xunit;

namespace EdgeRuntime.Tests.Unit.Hq.Reports;

/// <summary>What holds for the report however it is told: as JSON, as a page, in words.</summary>
public sealed partial class EvaluationTextsTests
{
    static readonly EvaluationReport Report = EvaluationReport.Of(Fleet());

    public static TheoryData<string> AskedAlone => ["f1", "F1", "f1-score", "F1_score", "micro-f1", "fscore"];

    [Theory]
    [MemberData(nameof(AskedAlone))]
    public void F1_alone_is_refused_by_whatever_name(string metric)
    {
        EvaluationException refused = Assert.Throws<EvaluationException>(() => EvaluationWords.Of(Report, [metric]));
        Assert.Equal($"--metric {metric}: F1 is never told alone, because a detector that always alarms has a good one where events are long; ask for 'alarms', which gives F1 with FAR, MAR and false episodes.", refused.Message);
    }

    [Fact]
    public void Another_measure_that_is_not_told_is_refused_with_those_that_are() => Assert.Equal(
        "--metric accuracy is not a measure; it must be one of alarms, events, validation, nab, calibration, ranking, abstention, controls.",
        Assert.Throws<EvaluationException>(() => EvaluationWords.Of(Report, ["alarms", "accuracy"])).Message);

    [Fact]
    public void Only_the_measures_that_were_asked_for_are_told()
    {
        string[] lines = EvaluationWords.Of(Report, ["events"]).TrimEnd('\n').Split('\n');
        Assert.Equal(["Holds up: no control explains the score away."], lines[..1]);
        Assert.StartsWith("Events: 10 of 10 found", Assert.Single(lines[1..]), StringComparison.Ordinal);
    }

    [Fact]
    public void In_words_every_line_that_tells_F1_tells_the_rest()
    {
        string[] told = [.. EvaluationWords.Of(Report, []).Split('\n').Where(l => l.Contains("F1", StringComparison.Ordinal))];
        Assert.NotEmpty(told);
        Assert.All(told, l => Assert.True(l.Contains("FAR", StringComparison.Ordinal) && l.Contains("MAR", StringComparison.Ordinal) && l.Contains("false episodes per hour", StringComparison.Ordinal), l));
    }

    [Fact]
    public void In_JSON_every_object_that_holds_F1_holds_the_rest()
    {
        using JsonDocument json = JsonDocument.Parse(EvaluationJson.Write(Report));
        Assert.Equal("edgehq-evaluation-1", json.RootElement.GetProperty("format").GetString());
        JsonElement[] holders = [.. Objects(json.RootElement).Where(o => o.EnumerateObject().Any(p => p.Name.Contains("f1", StringComparison.OrdinalIgnoreCase)))];
        Assert.NotEmpty(holders);
        Assert.All(holders, o => Assert.All((string[])["falseAlarmRate", "missedAlarmRate", "falseEpisodesPerHour"], name => Assert.True(o.TryGetProperty(name, out _), o.ToString())));
    }

    [Fact]
    public void On_the_page_F1_stands_only_where_the_rest_stands()
    {
        string page = EvaluationPage.Write(Report);
        string[] holders = [.. Holder.Matches(page).Select(m => m.Value).Where(h => h.Contains("F1", StringComparison.Ordinal))];
        Assert.NotEmpty(holders);
        Assert.All(holders, h => Assert.True(h.Contains("FAR", StringComparison.Ordinal) && h.Contains("MAR", StringComparison.Ordinal) && h.Contains("false episodes", StringComparison.Ordinal), h));
        Assert.DoesNotContain("F1", Holder.Replace(page, ""), StringComparison.Ordinal);
    }

    [Fact]
    public void The_page_needs_nothing_from_elsewhere_and_runs_nothing()
    {
        string page = EvaluationPage.Write(Report);
        Assert.All((string[])["<script", "http:", "https:", "href=", "src=", "url(", "@import", "onload"], mark => Assert.DoesNotContain(mark, page, StringComparison.OrdinalIgnoreCase));
        Assert.Equal(3 + 10 + 3, page.Split("<svg").Length - 1);
    }

    [Fact]
    public void Names_cannot_break_the_page()
    {
        EvaluationReport report = EvaluationReport.Of(new EvaluationInput("<script>1", Digest.Of("d"u8), [TinyRecording.Of("nnee", "..!!", name: "\"><b>", asset: "<i>", fault: "a & <u>")]));
        string page = EvaluationPage.Write(report);
        Assert.All((string[])["<script", "\"><b>\"", "<i>", "<u>"], mark => Assert.DoesNotContain(mark, page, StringComparison.Ordinal));
        Assert.Contains("a &amp; &lt;u&gt;", page, StringComparison.Ordinal);
    }

    public static TheoryData<string, string> Empty => new() { { "nnnn", "no events" }, { "eeee", "no normal time" }, { "????", "nobody knows" }, { "n", "one row" }, { "", "no row" } };

    [Theory]
    [MemberData(nameof(Empty))]
    public void What_cannot_be_measured_is_n_a_and_never_NaN(string truths, string what)
    {
        EvaluationReport report = EvaluationReport.Of(new EvaluationInput("m 1", Digest.Of("d"u8), [TinyRecording.Of(truths, new string('!', truths.Length), probabilities: [.. truths.Select(_ => 0.5)])]));
        string all = Encoding.UTF8.GetString(EvaluationJson.Write(report)) + EvaluationPage.Write(report) + EvaluationWords.Of(report, []);
        Assert.All((string[])["NaN", "Infinity", "∞"], mark => Assert.False(all.Contains(mark, StringComparison.Ordinal), what));
        Assert.Contains("n/a", all, StringComparison.Ordinal);
        Assert.Contains("null", all, StringComparison.Ordinal);
    }

    [Fact]
    public void The_same_input_gives_the_same_bytes_in_every_country()
    {
        byte[] json = EvaluationJson.Write(Report);
        string page = EvaluationPage.Write(Report), words = EvaluationWords.Of(Report, []);
        CultureInfo before = CultureInfo.CurrentCulture;
        try
        {
            var comma = (CultureInfo)CultureInfo.InvariantCulture.Clone();
            comma.NumberFormat.NumberDecimalSeparator = comma.NumberFormat.PercentDecimalSeparator = ",";
            comma.NumberFormat.NegativeSign = "~";
            CultureInfo.CurrentCulture = comma;
            EvaluationReport again = EvaluationReport.Of(Fleet());
            Assert.Equal(json, EvaluationJson.Write(again));
            Assert.Equal(page, EvaluationPage.Write(again));
            Assert.Equal(words, EvaluationWords.Of(again, []));
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    /// <summary>Ten recordings, an honest model with probabilities, and its controls.</summary>
    static EvaluationInput Fleet()
    {
        EdgeRuntime.Hq.Datasets.Recording[] recordings = TinyFleet.Recordings(TinyFleet.Anywhere);
        ScoredRecording[] scored = [.. TinyFleet.Scored(recordings, t => new TinyFleet.Honest(t)).Select(s => s with { Probabilities = [.. s.Scores.Select(v => v > 0 ? 0.9 : 0.1)] })];
        return new EvaluationInput("pump 1.0.0", Digest.Of("data"u8), scored) { Trainer = t => new TinyFleet.Honest(t), Thresholds = Enumerable.Range(0, 5).ToDictionary(f => f, _ => 0.5) };
    }

    static IEnumerable<JsonElement> Objects(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => [element, .. element.EnumerateObject().SelectMany(p => Objects(p.Value))],
        JsonValueKind.Array => element.EnumerateArray().SelectMany(Objects),
        _ => [],
    };

    [GeneratedRegex("<table>.*?</table>|<dl>.*?</dl>|<li>.*?</li>", RegexOptions.Singleline)]
    private static partial Regex Holder { get; }
}
