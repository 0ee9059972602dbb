namespace EdgeRuntime.Promotion.Evidence;

/// <summary>What a candidate must show before it may go on. Defaults are those of a site that says nothing.</summary>
public sealed record GateOptions
{
    /// <summary>The chance at most that a candidate which is not better than <see cref="LossMax"/> allows is ever let go on, and that one which is not worse is ever stopped.</summary>
    public double ErrorRate { get; init; } = 0.05;

    /// <summary>By how much the candidate's share of right answers may lie below the primary's; 0: it must be better.</summary>
    public double LossMax { get; init; }

    /// <summary>So long both are watched at least, <see cref="LabelDelay"/> not counted.</summary>
    public TimeSpan MinDuration { get; init; } = TimeSpan.FromDays(1);

    /// <summary>So many inputs both have answered at least.</summary>
    public long MinPredictions { get; init; } = 1000;

    /// <summary>The share of inputs, at most, on which both may say something else; null: any.</summary>
    public double? MaxDisagreement { get; init; }

    /// <summary>How long a label may take to come: before that nobody can have contradicted.</summary>
    public TimeSpan LabelDelay { get; init; }

    /// <summary>One sentence for every rule that these options break.</summary>
    public IEnumerable<string> Violations()
    {
        if (ErrorRate is not (> 0 and < 0.5))
            yield return FormattableString.Invariant($"The error rate is {ErrorRate}; it must lie between 0 and 0.5.");
        if (LossMax is not (>= 0 and < 1))
            yield return FormattableString.Invariant($"The loss allowed is {LossMax}; it must be from 0 to below 1.");
        if (MaxDisagreement is not (null or (> 0 and < 1)))
            yield return FormattableString.Invariant($"The disagreement allowed is {MaxDisagreement}; it must lie between 0 and 1.");
        if (MinDuration < TimeSpan.Zero || LabelDelay < TimeSpan.Zero || MinPredictions < 0)
            yield return "Durations and numbers of predictions must not be negative.";
    }
}
