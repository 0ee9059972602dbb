using System.Globalization;
using System.Net;
using System.Text;
using EdgeRuntime.Hq.Datasets;
using EdgeRuntime.Hq.Evaluation;

namespace EdgeRuntime.Hq.Reports;

/// <summary>
/// The report for people: one HTML file that needs nothing else, without a script or a link, to be read on a screen or on paper. It looks like the panel:
/// normal is grey, colour is for what is not, and never alone.
/// </summary>
static class EvaluationPage
{
    internal static string Write(EvaluationReport report)
    {
        var page = new StringBuilder();
        page.Append(CultureInfo.InvariantCulture, $"""
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
            <meta name="viewport" content="width=device-width">
            <title>Evaluation of {Safe(report.Input.Model)}</title>
            <style>
            {EvaluationLook.Css}
            </style>
            </head>
            <body>
            <header><h1>Evaluation of {Safe(report.Input.Model)}</h1><p>{Origin(report)}</p></header>
            <main>

            """);
        Summary(page, report);
        Curves(page, report);
        Slices(page, report);
        Controls(page, report);
        Timelines(page, report);
        Shared(page, report);
        page.Append("</main>\n</body>\n</html>\n");
        return page.ToString();
    }

    static string Origin(EvaluationReport report)
    {
        int recordings = report.Input.Scored.Select(s => s.Recording.Name).Distinct(StringComparer.Ordinal).Count();
        return $"{Plain.Count(report.Input.Scored.Sum(s => (long)s.Alarms.Count), "row")} of {Plain.Count(recordings, "recording")} in {Plain.Count(report.Blocks, "independent block")}, each scored by a model that never saw it. Dataset <span class=\"digest\">{Safe(report.Input.Dataset.ToString())}</span>";
    }

    static void Summary(StringBuilder page, EvaluationReport report)
    {
        EvaluationVerdict verdict = EvaluationVerdict.Of(report);
        (string look, string shape) = verdict.Standing switch { Standing.HoldsUp => ("holds", "●"), Standing.Doubtful => ("doubtful", "■"), _ => ("open", "◆") };
        page.Append(CultureInfo.InvariantCulture, $"<section>\n<h2>Summary</h2>\n<div class=\"verdict {look}\"><p class=\"headline\"><span class=\"shape\">{shape}</span> {Safe(verdict.Headline)}</p>\n");
        List(page, verdict.Reasons);
        page.Append("</div>\n<div class=\"cards\">\n");
        (Estimate f1, Estimate falseAlarmRate, Estimate missedAlarmRate, Estimate episodes) = report.Alarms;
        page.Append("<div class=\"card wide\"><h3>Alarms, row by row</h3><dl>");
        Figure(page, "F1", f1, "0.000");
        Figure(page, "FAR, false alarms of normal rows", falseAlarmRate, "0.0", 100, " %");
        Figure(page, "MAR, missed rows of events", missedAlarmRate, "0.0", 100, " %");
        Figure(page, "false episodes per hour of normal", episodes, "0.0");
        Figure(page, "precision", report.Alarms.Precision, "0.0", 100, " %");
        page.Append("</dl></div>\n<div class=\"card\"><h3>Events</h3><dl>");
        page.Append(CultureInfo.InvariantCulture, $"<div><dt>found</dt><dd>{report.Events.FoundCount} of {report.Events.All}</dd><dd class=\"interval\">{Interval(report.Events.Found, "0", 100, " %")}</dd></div>");
        Figure(page, "median delay of those found", report.Events.MedianSeconds, "0.#", 1, " s");
        page.Append(CultureInfo.InvariantCulture, $"<div><dt>nine in ten within</dt><dd>{Plain.Seconds(report.Events.P90Seconds.Value)}</dd><dd class=\"interval\">longest {Plain.Seconds(report.Events.MaxSeconds)}</dd></div>");
        page.Append("</dl></div>\n<div class=\"card\"><h3>Scores and probabilities</h3><dl>");
        Figure(page, "calibration error (ECE)", report.Reliability?.Error ?? default, "0.000");
        Figure(page, "AUC PR", report.Ranking.AveragePrecision, "0.000");
        Figure(page, "AUC ROC", report.Ranking.AucRoc, "0.000");
        page.Append(CultureInfo.InvariantCulture, $"</dl></div>\n<div class=\"card\"><h3>Change points (NAB)</h3><dl><div><dt>standard</dt><dd>{Plain.Number(report.Nab.Standard, "0.0")}</dd></div><div><dt>low FP</dt><dd>{Plain.Number(report.Nab.LowFalsePositives, "0.0")}</dd></div><div><dt>low FN</dt><dd>{Plain.Number(report.Nab.LowFalseNegatives, "0.0")}</dd></div></dl><p class=\"quiet\">{Plain.Count(report.Nab.Points, "point")}, {(report.Input.ChangePoints.Count > 0 ? "as labelled" : "where events begin and end")}; 100 is perfect, 0 is silence.</p></div>\n</div>\n");
        page.Append(CultureInfo.InvariantCulture, $"<p class=\"quiet\">In brackets: 95 % intervals by drawing whole blocks of recordings again, {BlockBootstrap.Draws} times; with fewer than {BlockBootstrap.BlocksMin} blocks an interval is not known. Rows of unknown truth count neither way; harmless events count as normal.</p>\n");
        List(page, verdict.Notes);
        page.Append("</section>\n");
    }

    static void Curves(StringBuilder page, EvaluationReport report)
    {
        page.Append("<section>\n<h2>Scores, probabilities, delays</h2>\n<div class=\"pictures\">\n");
        if (report.Reliability is { } diagram)
            Picture(page, "Reliability", ReliabilityPicture.Draw(diagram), "Bins of equally many rows. On the dashed line the probabilities are right; strokes show how far each bin is off.");
        Picture(page, "Precision and recall", RankingPicture.Draw(report.Ranking, report.Alarms), "Of the bare scores, row by row. ◆ the alarms after threshold and debouncing.");
        Picture(page, "Detection delay", DelayPicture.Draw(report.Outcomes), "Share of all events found within a time; what is missing at the right was never found.");
        page.Append("</div>\n");
        if (report.Abstention.Count > 0)
        {
            page.Append("<h3>Keeping silent below a confidence</h3>\n<table>\n<tr><th>confidence from</th><th>rows answered</th><th>coverage</th><th>precision</th><th>FAR</th><th>MAR</th></tr>\n");
            foreach (AbstentionRow row in report.Abstention)
                page.Append(CultureInfo.InvariantCulture, $"<tr><td>{Plain.Number(row.Confidence, "0.00")}</td><td>{row.Rows}</td><td>{Plain.Percent(row.Coverage)}</td><td>{Plain.Percent(row.Precision)}</td><td>{Plain.Percent(row.FalseAlarmRate)}</td><td>{Plain.Percent(row.MissedAlarmRate)}</td></tr>\n");
            page.Append("</table>\n<p class=\"quiet\">Confidence is that of the box, about the state that it says: p of an anomaly, 1 - p of normal. FAR and MAR are of the rows that are answered.</p>\n");
        }

        page.Append("</section>\n");
    }

    static void Slices(StringBuilder page, EvaluationReport report)
    {
        page.Append("<section>\n<h2>By file, asset, fault and regime</h2>\n");
        foreach (SliceBy by in (SliceBy[])[SliceBy.Fault, SliceBy.Asset, SliceBy.Regime, SliceBy.File])
        {
            EvaluationSlice[] slices = [.. report.Slices.Where(s => s.By == by)];
            if (slices.Length == 0)
                continue;
            string name = by switch { SliceBy.File => "file", SliceBy.Asset => "asset", SliceBy.Fault => "fault", _ => "regime" };
            page.Append(CultureInfo.InvariantCulture, $"<table>\n<tr><th class=\"name\">{name}</th><th>recordings</th><th>events found</th><th>median delay</th><th>F1</th><th>FAR</th><th>MAR</th><th>false episodes/h</th><th>precision</th></tr>\n");
            foreach (EvaluationSlice slice in slices)
            {
                page.Append(CultureInfo.InvariantCulture, $"<tr><td class=\"name\">{(slice.Name.Length > 0 ? Safe(slice.Name) : "(none)")}</td><td>{slice.Recordings}</td><td>{slice.Events.FoundCount} of {slice.Events.All}</td><td>{Plain.Seconds(slice.Events.MedianSeconds.Value)}</td>");
                Cells(page, slice.Alarms);
                page.Append("</tr>\n");
            }

            page.Append("</table>\n");
        }

        Validation(page, report.Validation);
        page.Append("<p class=\"quiet\">A fault is judged on its own events and the normal rows of the recordings that hold one; events of other faults count neither way. Where no interval stands, fewer than 5 blocks hold something of the kind and it is not known.</p>\n</section>\n");
    }

    static void Validation(StringBuilder page, ValidationQuality? quality)
    {
        if (quality is null)
            return;
        page.Append("<h3>Events by who found them</h3>\n<table>\n<tr><th class=\"name\">fault</th><th>events</th><th>model</th><th>validation</th><th>either</th></tr>\n");
        foreach (FoundBy found in quality.Faults.Append(quality.All))
            page.Append(CultureInfo.InvariantCulture, $"<tr><td class=\"name\">{Safe(found.Fault)}</td><td>{found.Events}</td><td>{found.Model}</td><td>{found.Validation}</td><td>{found.Either}</td></tr>\n");
        page.Append(CultureInfo.InvariantCulture, $"</table>\n<p class=\"quiet\">Validation is the box's own: it refuses frozen, vanished and impossible values and clocks that are wrong, and no model is asked about what it refuses. It did so without an event in {Plain.Count(quality.FalseEpisodes, "episode")} within {Plain.Number(quality.NormalHours / 24, "0.00")} days of normal.</p>\n");
    }

    static void Controls(StringBuilder page, EvaluationReport report)
    {
        page.Append("<section>\n<h2>Leak guard and controls</h2>\n<p>What scores without looking at a sensor shows how much of a score is worth nothing.</p>\n<table>\n<tr><th class=\"name\">who alarms</th><th>F1</th><th>FAR</th><th>MAR</th><th>false episodes/h</th><th>precision</th></tr>\n");
        void Row(string name, AlarmQuality quality)
        {
            page.Append(CultureInfo.InvariantCulture, $"<tr><td class=\"name\">{name}</td>");
            Cells(page, quality);
            page.Append("</tr>\n");
        }

        Row("<b>the model</b>", report.Alarms);
        Row("control: row number, time, counter", report.LeakGuard.Control);
        Row("the model's alarms at random moments", report.AtRandom);
        Row("always", report.AlwaysAlarming);
        Row("never", report.NeverAlarming);
        foreach (ShuffledControl control in report.Shuffled)
        {
            string what = control.What == Shuffle.Labels ? "labels" : "rows";
            foreach ((int n, ShuffledRepeat repeat) in control.Repeats.Index())
            {
                Row($"trained on shuffled {what}, {n + 1}", repeat.Alarms);
                Row($"<span class=\"quiet\">chance for {what}, {n + 1}</span>", repeat.Chance);
            }
        }

        page.Append("</table>\n");
        List(page,
        [
            Above("The model against the control", report.LeakGuard.Difference),
            Above("The model against its own alarms at random moments", report.AboveRandom),
            .. report.Shuffled.Select(s => $"Trained on shuffled {(s.What == Shuffle.Labels ? "labels" : "rows")}: {s.StillScores switch { true => "■ still clearly above chance", false => "not clearly above chance, as it should be", null => "not known" }}."),
            .. report.Shuffled.Count == 0 ? ["Shuffled labels and rows: not tried."] : Array.Empty<string>(),
            report.Input.Columns.Count == 0 ? "Features that count: nobody looked, no columns were given." : report.LeakGuard.Counters.Count == 0 ? "Features that count: none." : "■ Features that count: " + string.Join(", ", report.LeakGuard.Counters) + ".",
            .. report.LeakGuard.FoldLeaks.Select(l => "■ " + l),
        ]);
        page.Append("</section>\n");
    }

    static void Timelines(StringBuilder page, EvaluationReport report)
    {
        page.Append("<section>\n<h2>Recordings</h2>\n<p class=\"legend\"><svg width=\"26\" height=\"14\" role=\"img\" aria-label=\"event\"><rect class=\"event\" x=\"1\" y=\"1\" width=\"24\" height=\"12\"/></svg> event <svg width=\"26\" height=\"14\" role=\"img\" aria-label=\"harmless\"><rect class=\"harmless\" x=\"1\" y=\"1\" width=\"24\" height=\"12\"/></svg> harmless <svg width=\"26\" height=\"14\" role=\"img\" aria-label=\"unknown\"><rect class=\"unknown\" x=\"1\" y=\"1\" width=\"24\" height=\"12\"/></svg> nobody knows. Scores are cut at the top. Times as the files have them.</p>\n");
        foreach (ScoredRecording scored in report.Input.Scored.Where(s => s.Alarms.Count > 0))
        {
            double? threshold = report.Input.Thresholds.TryGetValue(scored.Fold, out double t) ? t : null;
            string asset = scored.Recording.Asset.Length > 0 && scored.Recording.Asset != scored.Recording.Name ? ", " + Safe(scored.Recording.Asset) : "";
            page.Append(CultureInfo.InvariantCulture, $"<figure class=\"timeline\"><figcaption><b>{Safe(scored.Recording.Name)}</b><span class=\"quiet\">{asset}, fold {scored.Fold}. {Safe(Outcomes(scored))}</span></figcaption>\n{TimelinePicture.Draw(scored, threshold)}</figure>\n");
        }

        page.Append("</section>\n");
    }

    static string Outcomes(ScoredRecording scored)
    {
        AlarmTally tally = AlarmTally.Of(scored.Recording, scored.Alarms);
        IEnumerable<string> events = EventOutcome.Of(scored.Recording, scored.Alarms).Select(o => o.DelaySeconds is { } delay ? $"{o.Event.Fault} found after {Plain.Seconds(delay)}{(o.WasAlarming ? " (was alarming before)" : "")}" : $"■ {o.Event.Fault} missed");
        return string.Join("; ", [.. events, Plain.Count((long)tally.FalseEpisodes, "false episode")]) + ".";
    }

    static void Shared(StringBuilder page, EvaluationReport report)
    {
        page.Append("<section>\n<h2>Shared rows and contradictions</h2>\n");
        if (report.Input.Shared.Count == 0)
        {
            page.Append("<p>No two recordings were found to share rows.</p>\n</section>\n");
            return;
        }

        page.Append("<table>\n<tr><th class=\"name\">recording</th><th class=\"name\">and</th><th>shared rows</th><th>labels contradict</th></tr>\n");
        foreach (SharedRows shared in report.Input.Shared)
            page.Append(CultureInfo.InvariantCulture, $"<tr><td class=\"name\">{Safe(shared.First)}</td><td class=\"name\">{Safe(shared.Second)}</td><td>{shared.Rows}</td><td>{(shared.Contradictions > 0 ? $"■ {shared.Contradictions}" : "0")}</td></tr>\n");
        page.Append("</table>\n<p class=\"quiet\">Recordings that share rows lie in one fold and are one block. A shared row that people call an event in the one and normal in the other makes an error for any model; it is counted as it stands.</p>\n</section>\n");
    }

    static string Above(string what, AlarmDifference difference) => difference.IsClearlyAbove switch
    {
        true => $"{what}: clearly above ({difference}).",
        false => $"■ {what}: not clearly above ({difference}).",
        null => $"{what}: not known ({difference}).",
    };

    static void Cells(StringBuilder page, AlarmQuality quality)
    {
        (Estimate f1, Estimate falseAlarmRate, Estimate missedAlarmRate, Estimate episodes) = quality;
        Cell(page, f1, "0.000");
        Cell(page, falseAlarmRate, "0.0", 100, " %");
        Cell(page, missedAlarmRate, "0.0", 100, " %");
        Cell(page, episodes, "0.0");
        Cell(page, quality.Precision, "0.0", 100, " %");
    }

    static void Cell(StringBuilder page, Estimate estimate, string format, double scale = 1, string unit = "") =>
        page.Append("<td>").Append(estimate.Value is null ? "n/a" : Plain.Number(estimate.Value * scale, format) + unit)
            .Append(estimate.HasInterval ? $"<span class=\"interval\">{Interval(estimate, format, scale, "")}</span>" : "").Append("</td>");

    static void Figure(StringBuilder page, string name, Estimate estimate, string format, double scale = 1, string unit = "") =>
        page.Append(CultureInfo.InvariantCulture, $"<div><dt>{name}</dt><dd>{(estimate.Value is null ? "n/a" : Plain.Number(estimate.Value * scale, format) + unit)}</dd><dd class=\"interval\">{Interval(estimate, format, scale, unit)}</dd></div>");

    static string Interval(Estimate estimate, string format, double scale, string unit) =>
        estimate is { Low: { } low, High: { } high } ? $"({Plain.Number(low * scale, format)} to {Plain.Number(high * scale, format)}{unit})"
        : estimate.Value is null ? "" : $"(interval unknown: {Plain.Count(estimate.Blocks, "block")})";

    static void Picture(StringBuilder page, string name, string drawing, string says) =>
        page.Append(CultureInfo.InvariantCulture, $"<figure><figcaption><b>{name}</b></figcaption>\n{drawing}<p class=\"quiet\">{Safe(says)}</p></figure>\n");

    static void List(StringBuilder page, IEnumerable<string> sentences)
    {
        string[] all = [.. sentences];
        if (all.Length == 0)
            return;
        page.Append("<ul>\n");
        foreach (string sentence in all)
            page.Append("<li>").Append(Safe(sentence)).Append("</li>\n");
        page.Append("</ul>\n");
    }

    static string Safe(string text) => WebUtility.HtmlEncode(text);
}
