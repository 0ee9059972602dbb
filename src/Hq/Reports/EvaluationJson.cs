using System.Text.Encodings.Web;
using System.Text.Json;
using EdgeRuntime.Hq.Datasets;
using EdgeRuntime.Hq.Evaluation;

namespace EdgeRuntime.Hq.Reports;

/// <summary>
/// The report for programs. The order of its fields never changes within a format; a figure that could not be measured is null. F1 stands in an object that
/// holds FAR, MAR and false episodes too, and nowhere else.
/// </summary>
static class EvaluationJson
{
    internal const string Format = "edgehq-evaluation-1";

    // tanh and the like differ in their last bits between machines; no figure here means anything beyond this.
    const int Decimals = 6;

    internal static byte[] Write(EvaluationReport report)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
            Report(json, report);
        buffer.WriteByte((byte)'\n');
        return buffer.ToArray();
    }

    static void Report(Utf8JsonWriter json, EvaluationReport report)
    {
        json.WriteStartObject();
        json.WriteString("format", Format);
        json.WriteString("model", report.Input.Model);
        json.WriteString("dataset", report.Input.Dataset.ToString());
        json.WriteNumber("seed", report.Input.Seed);
        json.WriteString("interval", $"95 %, percentiles of {BlockBootstrap.Draws} draws of whole blocks; unknown below {BlockBootstrap.BlocksMin} blocks");
        json.WriteNumber("recordings", report.Input.Scored.Select(s => s.Recording.Name).Distinct(StringComparer.Ordinal).Count());
        json.WriteNumber("blocks", report.Blocks);
        json.WriteNumber("rows", report.Input.Scored.Sum(s => (long)s.Alarms.Count));
        json.WriteNumber("rowsUnknown", report.Input.Scored.Sum(s => s.Recording.Truths.LongCount(t => t == Truth.Unknown)));
        Verdict(json, EvaluationVerdict.Of(report));
        Quality(json, "alarms", report.Alarms);
        Detection(json, report.Events);
        Validation(json, report.Validation);
        Nab(json, report);
        Calibration(json, report.Reliability);
        Ranking(json, report.Ranking);
        Array(json, "abstention", report.Abstention, Abstention);
        json.WriteStartObject("baselines");
        Quality(json, "alwaysAlarming", report.AlwaysAlarming);
        Quality(json, "neverAlarming", report.NeverAlarming);
        Quality(json, "atRandom", report.AtRandom);
        Difference(json, "modelLessAtRandom", report.AboveRandom);
        json.WriteEndObject();
        Guard(json, report.LeakGuard);
        Array(json, "shuffled", report.Shuffled, Shuffled);
        Array(json, "slices", report.Slices, Slice);
        Array(json, "outcomes", report.Outcomes, Outcome);
        Array(json, "shared", report.Input.Shared, Shared);
        json.WriteEndObject();
    }

    static void Verdict(Utf8JsonWriter json, EvaluationVerdict verdict)
    {
        json.WriteStartObject("verdict");
        json.WriteString("standing", verdict.Standing switch { Standing.HoldsUp => "holds-up", Standing.Doubtful => "doubtful", _ => "cannot-tell" });
        json.WriteString("headline", verdict.Headline);
        Strings(json, "reasons", verdict.Reasons);
        Strings(json, "notes", verdict.Notes);
        json.WriteEndObject();
    }

    static void Quality(Utf8JsonWriter json, string name, AlarmQuality quality)
    {
        (Estimate f1, Estimate falseAlarmRate, Estimate missedAlarmRate, Estimate episodes) = quality;
        json.WriteStartObject(name);
        Figure(json, "f1", f1);
        Figure(json, "falseAlarmRate", falseAlarmRate);
        Figure(json, "missedAlarmRate", missedAlarmRate);
        Figure(json, "falseEpisodesPerHour", episodes);
        Figure(json, "precision", quality.Precision);
        json.WriteStartObject("counts");
        Number(json, "truePositives", quality.Tally.Hits);
        Number(json, "falsePositives", quality.Tally.FalseAlarms);
        Number(json, "falseNegatives", quality.Tally.Misses);
        Number(json, "trueNegatives", quality.Tally.Quiet);
        Number(json, "falseEpisodes", quality.Tally.FalseEpisodes);
        Number(json, "normalHours", quality.Tally.NormalHours);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    static void Difference(Utf8JsonWriter json, string name, AlarmDifference difference)
    {
        (Estimate f1, Estimate falseAlarmRate, Estimate missedAlarmRate, Estimate episodes) = difference;
        json.WriteStartObject(name);
        Figure(json, "f1", f1);
        Figure(json, "falseAlarmRate", falseAlarmRate);
        Figure(json, "missedAlarmRate", missedAlarmRate);
        Figure(json, "falseEpisodesPerHour", episodes);
        Figure(json, "informedness", difference.Informedness);
        Flag(json, "clearlyAbove", difference.IsClearlyAbove);
        json.WriteEndObject();
    }

    static void Detection(Utf8JsonWriter json, EventDetection events)
    {
        json.WriteStartObject("events");
        json.WriteNumber("all", events.All);
        json.WriteNumber("found", events.FoundCount);
        Figure(json, "foundShare", events.Found);
        Figure(json, "delayMedianSeconds", events.MedianSeconds);
        Figure(json, "delayP90Seconds", events.P90Seconds);
        Number(json, "delayMaxSeconds", events.MaxSeconds);
        json.WriteNumber("wasAlarming", events.WasAlarming);
        json.WriteNumber("unseen", events.Unseen);
        json.WriteEndObject();
    }

    static void Validation(Utf8JsonWriter json, ValidationQuality? quality)
    {
        if (quality is null)
        {
            json.WriteNull("validation");
            return;
        }

        json.WriteStartObject("validation");
        Found(json, quality.All);
        json.WriteNumber("falseEpisodes", quality.FalseEpisodes);
        Number(json, "normalHours", quality.NormalHours);
        Array(json, "faults", quality.Faults, (j, fault) =>
        {
            j.WriteString("fault", fault.Fault);
            Found(j, fault);
        });
        json.WriteEndObject();
    }

    static void Found(Utf8JsonWriter json, FoundBy found)
    {
        json.WriteNumber("events", found.Events);
        json.WriteNumber("foundByModel", found.Model);
        json.WriteNumber("foundByValidation", found.Validation);
        json.WriteNumber("foundByEither", found.Either);
    }

    static void Nab(Utf8JsonWriter json, EvaluationReport report)
    {
        json.WriteStartObject("nab");
        json.WriteNumber("windowSeconds", NabScore.Window.TotalSeconds);
        json.WriteString("points", report.Input.ChangePoints.Count > 0 ? "labelled" : "beginnings and ends of events");
        json.WriteNumber("count", report.Nab.Points);
        Number(json, "standard", report.Nab.Standard);
        Number(json, "lowFalsePositives", report.Nab.LowFalsePositives);
        Number(json, "lowFalseNegatives", report.Nab.LowFalseNegatives);
        json.WriteEndObject();
    }

    static void Calibration(Utf8JsonWriter json, ReliabilityDiagram? diagram)
    {
        if (diagram is null)
        {
            json.WriteNull("calibration");
            return;
        }

        json.WriteStartObject("calibration");
        json.WriteString("definition", $"ECE: sum over bins of rows/all * |mean probability - share of events|, at most {ReliabilityDiagram.BinsMax} bins of equally many rows");
        Figure(json, "ece", diagram.Error);
        Figure(json, "eceEqualWidth", diagram.EqualWidthError);
        Array(json, "bins", diagram.Bins, (j, bin) =>
        {
            Number(j, "from", bin.From);
            Number(j, "to", bin.To);
            Number(j, "mean", bin.Mean);
            Number(j, "frequency", bin.Frequency);
            j.WriteNumber("rows", bin.Rows);
        });
        json.WriteEndObject();
    }

    static void Ranking(Utf8JsonWriter json, RankingCurves ranking)
    {
        json.WriteStartObject("ranking");
        Figure(json, "aucPr", ranking.AveragePrecision);
        Number(json, "aucPrOfChance", ranking.Prevalence);
        Figure(json, "aucRoc", ranking.AucRoc);
        json.WriteEndObject();
    }

    static void Abstention(Utf8JsonWriter json, AbstentionRow row)
    {
        Number(json, "confidence", row.Confidence);
        Number(json, "coverage", row.Coverage);
        Number(json, "precision", row.Precision);
        Number(json, "falseAlarmRate", row.FalseAlarmRate);
        Number(json, "missedAlarmRate", row.MissedAlarmRate);
        json.WriteNumber("rows", row.Rows);
    }

    static void Guard(Utf8JsonWriter json, LeakGuard guard)
    {
        json.WriteStartObject("leakGuard");
        Strings(json, "controlSees", ["row number", "elapsed time", "time of day", "cumulative counter"]);
        Quality(json, "control", guard.Control);
        Difference(json, "modelLessControl", guard.Difference);
        Strings(json, "counters", guard.Counters);
        Strings(json, "foldLeaks", guard.FoldLeaks);
        json.WriteEndObject();
    }

    static void Shuffled(Utf8JsonWriter json, ShuffledControl control)
    {
        json.WriteString("what", control.What == Shuffle.Labels ? "labels" : "rows");
        Flag(json, "stillScores", control.StillScores);
        Array(json, "repeats", control.Repeats, (j, repeat) =>
        {
            Quality(j, "alarms", repeat.Alarms);
            Quality(j, "chance", repeat.Chance);
            Difference(j, "alarmsLessChance", repeat.Difference);
        });
    }

    static void Slice(Utf8JsonWriter json, EvaluationSlice slice)
    {
        json.WriteString("by", slice.By switch { SliceBy.File => "file", SliceBy.Asset => "asset", SliceBy.Fault => "fault", _ => "regime" });
        json.WriteString("name", slice.Name);
        json.WriteNumber("recordings", slice.Recordings);
        Quality(json, "alarms", slice.Alarms);
        Detection(json, slice.Events);
    }

    static void Outcome(Utf8JsonWriter json, EventOutcome outcome)
    {
        json.WriteString("recording", outcome.Recording);
        json.WriteString("fault", outcome.Event.Fault);
        json.WriteString("from", outcome.Event.From.ToString());
        json.WriteString("to", outcome.Event.To.ToString());
        Number(json, "delaySeconds", outcome.DelaySeconds);
        json.WriteBoolean("wasAlarming", outcome.WasAlarming);
        json.WriteBoolean("unseen", outcome.Unseen);
        json.WriteString("refused", outcome.Refused);
    }

    static void Shared(Utf8JsonWriter json, SharedRows shared)
    {
        json.WriteString("first", shared.First);
        json.WriteString("second", shared.Second);
        json.WriteNumber("rows", shared.Rows);
        json.WriteNumber("contradictions", shared.Contradictions);
    }

    static void Array<T>(Utf8JsonWriter json, string name, IEnumerable<T> items, Action<Utf8JsonWriter, T> write)
    {
        json.WriteStartArray(name);
        foreach (T item in items)
        {
            json.WriteStartObject();
            write(json, item);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    static void Strings(Utf8JsonWriter json, string name, IEnumerable<string> items)
    {
        json.WriteStartArray(name);
        foreach (string item in items)
            json.WriteStringValue(item);
        json.WriteEndArray();
    }

    static void Figure(Utf8JsonWriter json, string name, Estimate estimate)
    {
        json.WriteStartObject(name);
        Number(json, "value", estimate.Value);
        Number(json, "low", estimate.Low);
        Number(json, "high", estimate.High);
        json.WriteNumber("blocks", estimate.Blocks);
        json.WriteEndObject();
    }

    static void Number(Utf8JsonWriter json, string name, double? value)
    {
        if (value is { } v)
            json.WriteNumber(name, Math.Round(v, Decimals) + 0.0);
        else
            json.WriteNull(name);
    }

    static void Flag(Utf8JsonWriter json, string name, bool? value)
    {
        if (value is { } v)
            json.WriteBoolean(name, v);
        else
            json.WriteNull(name);
    }
}
