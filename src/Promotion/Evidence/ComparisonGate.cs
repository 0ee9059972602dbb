using System.Globalization;

namespace EdgeRuntime.Promotion.Evidence;

/// <summary>
/// Whether a candidate may go on, from what it and the primary said to the same inputs. Pure: the same observations give the same report. It may be asked after
/// every observation without making a wrong answer likelier (<see cref="MeanEvidence"/>).
/// </summary>
public sealed class ComparisonGate
{
    readonly GateOptions _options;
    readonly double _enough;

    /// <exception cref="ArgumentException">The options break a rule.</exception>
    public ComparisonGate(GateOptions options)
    {
        if (options.Violations().ToArray() is { Length: > 0 } violations)
            throw new ArgumentException(string.Join(' ', violations), nameof(options));
        _options = options;
        _enough = Math.Log(1 / options.ErrorRate);
    }

    /// <summary>Goes over everything that can stop the candidate, then over everything that it still lacks.</summary>
    public GateReport Judge(GateObservations seen)
    {
        if (Against(seen).ToArray() is { Length: > 0 } against)
            return new GateReport(GateVerdict.Stop, against);
        if (StillMissing(seen).Select(m => m.Why).ToArray() is { Length: > 0 } missing)
            return new GateReport(GateVerdict.NotYet, missing);
        return new GateReport(GateVerdict.GoOn, [Sentence(seen.Labelled, "enough to say that it is not worse than allowed")]);
    }

    /// <summary>About so many more days until the candidate may go on, at the present rate; null where nothing says that it ever may.</summary>
    public double? DaysMore(GateObservations seen)
    {
        // All have to be there, so the one that takes longest counts; one that nobody can foresee leaves it open.
        double times = StillMissing(seen).Select(m => m.Times()).DefaultIfEmpty(1).Max();
        return double.IsInfinity(times) ? null : (times - 1) * seen.Watched.TotalDays;
    }

    /// <summary>
    /// The candidate's share of right answers less the primary's: at least and at most. Both bounds hold at all times at once, but for the error rate.
    /// </summary>
    public (double Low, double High) Interval(PairCounts labelled) => MeanEvidence.Interval(labelled, _options.ErrorRate);

    IEnumerable<string> Against(GateObservations seen)
    {
        if (MeanEvidence.Below(seen.Labelled, -_options.LossMax) >= _enough)
            yield return Sentence(seen.Labelled, "enough to say that it is worse than allowed");
        if (_options.MaxDisagreement is { } most && MeanEvidence.Above(Agreement(seen), most, lowest: 0) >= _enough)
            yield return Disagreeing(seen, most, "enough to say that it is more");
    }

    IEnumerable<Missing> StillMissing(GateObservations seen)
    {
        TimeSpan toWatch = _options.MinDuration + _options.LabelDelay;
        if (seen.Watched < toWatch)
        {
            yield return new(
                $"Watched for {Days(seen.Watched)} of {Days(toWatch)}, of which {Days(_options.LabelDelay)} are for labels to come.",
                () => toWatch / seen.Watched);
        }

        if (seen.Predictions < _options.MinPredictions)
        {
            yield return new(
                FormattableString.Invariant($"{seen.Predictions} of {_options.MinPredictions} inputs were answered by both."),
                () => _options.MinPredictions / (double)seen.Predictions);
        }

        if (_options.MaxDisagreement is { } most && MeanEvidence.Below(Agreement(seen), most) < _enough)
            yield return new(Disagreeing(seen, most, "not enough to say that it is less"), () => MeanEvidence.TimesNeeded(Agreement(seen).Mirrored, -most, _enough));
        if (MeanEvidence.Above(seen.Labelled, -_options.LossMax) < _enough)
            yield return new(Sentence(seen.Labelled, "not enough evidence yet"), () => MeanEvidence.TimesNeeded(seen.Labelled, -_options.LossMax, _enough));
    }

    static PairCounts Agreement(GateObservations seen) => new(seen.Disagreements, seen.Predictions - seen.Disagreements, 0);

    static string Sentence(PairCounts labelled, string what) => FormattableString.Invariant(
        $"{labelled.Total} labelled inputs: the candidate alone was right on {labelled.Better}, the primary alone on {labelled.Worse}: {what}.");

    static string Disagreeing(GateObservations seen, double most, string what) => FormattableString.Invariant(
        $"They differ on {seen.Disagreements} of {seen.Predictions} inputs, at most {most * 100:0.##} % are allowed: {what}.");

    static string Days(TimeSpan time) => time.TotalDays.ToString("0.#", CultureInfo.InvariantCulture) + " days";

    // Times: how many times as much of everything is needed; infinite where nobody can say.
    readonly record struct Missing(string Why, Func<double> Times);
}
