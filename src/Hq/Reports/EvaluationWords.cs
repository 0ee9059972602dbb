using System.Globalization;
using System.Text;
using EdgeRuntime.Hq.Evaluation;

namespace EdgeRuntime.Hq.Reports;

/// <summary>The report for a terminal. Measures are asked for by name; F1 has no name of its own.</summary>
static class EvaluationWords
{
    const string Alarms = "alarms";

    static readonly (string Name, Func<EvaluationReport, IEnumerable<string>> Lines)[] Measures =
    [
        (Alarms, r => [$"Alarms: {r.Alarms}; precision {r.Alarms.Precision.Words("0.0", 100, " %")}. {Episodes(r.Alarms.Tally.FalseEpisodes, r.Alarms.Tally.NormalHours)}"]),
        ("events", r => [$"Events: {r.Events.FoundCount} of {r.Events.All} found, {r.Events.Found.Words("0.0", 100, " %")}; delay of those found: median {r.Events.MedianSeconds.Words("0.0", 1, " s")}, nine in ten within {Plain.Seconds(r.Events.P90Seconds.Value)}, longest {Plain.Seconds(r.Events.MaxSeconds)}."]),
        ("validation", Validation),
        ("nab", r => [$"Change points (NAB, {r.Nab.Points} points, window {NabScore.Window.TotalSeconds} s): standard {Plain.Number(r.Nab.Standard, "0.0")}, low FP {Plain.Number(r.Nab.LowFalsePositives, "0.0")}, low FN {Plain.Number(r.Nab.LowFalseNegatives, "0.0")}."]),
        ("calibration", r => [r.Reliability is { } c ? $"Calibration: ECE {c.Error.Words("0.000")} over bins of equally many rows, {c.EqualWidthError.Words("0.000")} over bins of equal width." : "Calibration: n/a, the model gives no probabilities."]),
        ("ranking", r => [$"Ranking: AUC PR {r.Ranking.AveragePrecision.Words("0.000")} where chance gives {Plain.Number(r.Ranking.Prevalence, "0.000")}, AUC ROC {r.Ranking.AucRoc.Words("0.000")}."]),
        ("abstention", Abstention),
        ("controls", Controls),
    ];

    internal static IEnumerable<string> Names => Measures.Select(m => m.Name);

    /// <param name="metrics">Names of measures; none: all.</param>
    /// <exception cref="EvaluationException">A name that is not told.</exception>
    internal static string Of(EvaluationReport report, IReadOnlyList<string> metrics)
    {
        foreach (string metric in metrics)
            Check(metric);
        var text = new StringBuilder();
        void Line(string line) => text.Append(line).Append('\n');
        EvaluationVerdict verdict = EvaluationVerdict.Of(report);
        Line(verdict.Headline);
        foreach (string reason in verdict.Reasons)
            Line("- " + reason);
        foreach ((string name, Func<EvaluationReport, IEnumerable<string>> lines) in Measures)
        {
            if (metrics.Count == 0 || metrics.Contains(name, StringComparer.OrdinalIgnoreCase))
                lines(report).ToList().ForEach(Line);
        }

        foreach (string note in metrics.Count == 0 ? verdict.Notes : [])
            Line(note);
        return text.ToString();
    }

    /// <summary>Refuses a measure that is not told, and F1 by whatever name in particular.</summary>
    /// <exception cref="EvaluationException">With the sentence that says what to ask for instead.</exception>
    internal static void Check(string metric)
    {
        string plain = new([.. metric.Where(char.IsLetterOrDigit).Select(char.ToLowerInvariant)]);
        if (plain is "f1" or "f1score" or "fscore" or "fmeasure" or "fbeta" or "f1measure" or "microf1" or "macrof1" or "pooledf1" or "f")
            throw new EvaluationException($"--metric {metric}: F1 is never told alone, because a detector that always alarms has a good one where events are long; ask for '{Alarms}', which gives F1 with FAR, MAR and false episodes.");
        if (!Names.Contains(metric, StringComparer.OrdinalIgnoreCase))
            throw new EvaluationException($"--metric {metric} is not a measure; it must be one of {string.Join(", ", Names)}.");
    }

    static IEnumerable<string> Validation(EvaluationReport report)
    {
        if (report.Validation is not { } quality)
        {
            yield return "Validation: n/a, the data holds vectors, and nobody knows what was refused on the way.";
            yield break;
        }

        yield return $"Validation, without the model: data refused in {quality.All.Validation} of {quality.All.Events} events; model or validation found {quality.All.Either}. {Episodes(quality.FalseEpisodes, quality.NormalHours)}";
        foreach (FoundBy fault in quality.Faults)
            yield return $"- {fault.Fault}: {Plain.Count(fault.Events, "event")}, model {fault.Model}, validation {fault.Validation}, either {fault.Either}.";
    }

    /// <summary>Whoever is woken by them counts days; of less than one a rate by day means little.</summary>
    static string Episodes(double episodes, double normalHours) =>
        $"{Plain.Count((long)episodes, "false episode")} in {(normalHours < 24 ? $"{Plain.Number(normalHours, "0.0")} hours" : $"{Plain.Number(normalHours / 24, "0.0")} days")} of normal{(normalHours < 24 ? "" : $", {Plain.Number(episodes / normalHours * 24, "0.00")} a day")}.";

    static IEnumerable<string> Abstention(EvaluationReport report) =>
        report.Abstention.Count == 0
            ? ["Abstention: n/a, the model gives no probabilities."]
            : report.Abstention.Select(a => string.Create(CultureInfo.InvariantCulture, $"Answering from a confidence of {a.Confidence:0.00}: {Plain.Percent(a.Coverage)} of rows, precision {Plain.Percent(a.Precision)}, FAR {Plain.Percent(a.FalseAlarmRate)}, MAR {Plain.Percent(a.MissedAlarmRate)}."));

    static IEnumerable<string> Controls(EvaluationReport report)
    {
        yield return $"Control on position, time and counters: {report.LeakGuard.Control}.";
        yield return $"The model less that control: {report.LeakGuard.Difference}.";
        yield return $"The model's alarms at random moments: {report.AtRandom}.";
        yield return $"Always alarming: {report.AlwaysAlarming}.";
        yield return $"Never alarming: {report.NeverAlarming}.";
        foreach (ShuffledControl control in report.Shuffled)
        {
            foreach (ShuffledRepeat repeat in control.Repeats)
                yield return $"Shuffled {(control.What == Shuffle.Labels ? "labels" : "rows")}: {repeat.Alarms}; chance: {repeat.Chance}.";
        }
    }
}
