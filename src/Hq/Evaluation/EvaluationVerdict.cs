namespace EdgeRuntime.Hq.Evaluation;

/// <summary>What the figures come to.</summary>
enum Standing
{
    /// <summary>Nothing that was tried explains the score away.</summary>
    HoldsUp,

    /// <summary>There is a reason not to believe the score.</summary>
    Doubtful,

    /// <summary>The data is too little to say either.</summary>
    CannotTell,
}

/// <summary>The figures in words, for somebody who has to decide.</summary>
/// <param name="Reasons">Why the score is doubted or nobody can tell; none where it holds up.</param>
/// <param name="Notes">What else should be known before the figures are used.</param>
sealed record EvaluationVerdict(Standing Standing, IReadOnlyList<string> Reasons, IReadOnlyList<string> Notes)
{
    // Beyond this a threshold on probabilities means something else than it says.
    const double CalibrationErrorMax = 0.05;

    internal string Headline => Standing switch
    {
        Standing.HoldsUp => "Holds up: no control explains the score away.",
        Standing.Doubtful => "Doubtful: " + (Reasons.Count == 1 ? "there is a reason not to believe the score." : "there are reasons not to believe the score."),
        _ => "Cannot tell: the data is too little for a verdict.",
    };

    internal static EvaluationVerdict Of(EvaluationReport report)
    {
        string[] doubts = [.. Doubts(report)], gaps = [.. Gaps(report)];
        Standing standing = doubts.Length > 0 ? Standing.Doubtful : gaps.Length > 0 ? Standing.CannotTell : Standing.HoldsUp;
        return new EvaluationVerdict(standing, [.. doubts, .. gaps], [.. Remarks(report)]);
    }

    static IEnumerable<string> Doubts(EvaluationReport report)
    {
        foreach (string leak in report.LeakGuard.FoldLeaks)
            yield return leak;
        if (report.LeakGuard.Counters.Count > 0)
            yield return $"{string.Join(", ", report.LeakGuard.Counters)} only ever rises or falls within each recording: a clock or a counter, which a model must not learn from. Take it out of the pipeline.";
        if (report.LeakGuard.Difference.IsClearlyAbove == false)
        {
            string features = report.Input.Columns.Count > 0 && report.LeakGuard.Counters.Count == 0 ? " None of its features counts through a recording, so it cannot read its position directly." : "";
            yield return $"A control that sees row number, time and counters only comes near the model or beats it ({report.LeakGuard.Control}). The labels of this data can be guessed without looking at a sensor, so the score alone does not prove that the model looks at one.{features}";
        }

        if (report.AboveRandom.IsClearlyAbove == false)
            yield return $"The same alarms at random moments do about as well ({report.AtRandom}).";
        foreach (ShuffledControl control in report.Shuffled.Where(s => s.StillScores == true))
        {
            yield return control.What == Shuffle.Labels
                ? "Trained on shuffled labels the model still scores clearly above chance: answers reach it from elsewhere, as by rows that it learned from."
                : "With shuffled rows the model still scores clearly above chance: it goes by time or position.";
        }
    }

    static IEnumerable<string> Gaps(EvaluationReport report)
    {
        AlarmTally tally = report.Alarms.Tally;
        if (tally.EventRows == 0)
            yield return "No row of an event was scored: nobody knows what the model would miss.";
        if (tally.NormalRows == 0)
            yield return "No normal row was scored: nobody knows how often the model would alarm falsely.";
        if (report.Blocks < BlockBootstrap.BlocksMin)
            yield return $"There {(report.Blocks == 1 ? "is" : "are")} {Plain.Count(report.Blocks, "independent block")} of recordings; intervals need at least {BlockBootstrap.BlocksMin}.";
        else if (report.LeakGuard.Difference.IsClearlyAbove is null && tally is { EventRows: > 0, NormalRows: > 0 })
            yield return $"Fewer than {BlockBootstrap.BlocksMin} independent blocks hold what the leak guard compares, so nobody can tell whether the model is above it.";
    }

    static IEnumerable<string> Remarks(EvaluationReport report)
    {
        foreach (string remark in report.Input.Remarks)
            yield return remark;
        if (report.Reliability is not { } reliability)
            yield return "The model gives no probabilities, so calibration and abstention were not looked at.";
        else if (reliability.Error.Value is > CalibrationErrorMax)
            yield return $"Its probabilities are off by {reliability.Error.Words("0.000")} on the mean: more than {Plain.Number(CalibrationErrorMax, "0.00")}, so a threshold on them does not mean what it says.";
        if (report.Events.WasAlarming > 0)
            yield return $"In {Plain.Count(report.Events.WasAlarming, "event")} an alarm that was there before merely went on: {(report.Events.WasAlarming == 1 ? "its delay says" : "their delays say")} little.";
        if (report.Events.Unseen > 0)
            yield return $"{Plain.Count(report.Events.Unseen, "event holds", "events hold")} not one whole vector and {(report.Events.Unseen == 1 ? "counts" : "count")} as missed.";
        if (report.Shuffled.Count == 0)
            yield return "Controls with shuffled labels and rows were left out.";
        else if (!report.Input.LearnsFromLabels)
            yield return "The model learns from normal rows and not from labels, so a control with shuffled labels would prove nothing and was not made.";
        if (report.Shuffled.Any(s => s.StillScores is null))
            yield return "Too few independent blocks to tell whether shuffled labels or rows still score.";
        int contradictions = report.Input.Shared.Sum(s => s.Contradictions);
        if (report.Input.Shared.Count > 0)
        {
            yield return $"{Plain.Count(report.Input.Shared.Count, "pair")} of recordings share rows and are drawn as one block"
                + (contradictions > 0 ? $"; people call {Plain.Count(contradictions, "shared row")} an event in the one and normal in the other, so no model can be right in both." : ".");
        }
    }
}
