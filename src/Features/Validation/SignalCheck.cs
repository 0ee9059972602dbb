using EdgeRuntime.Facts;
using EdgeRuntime.Facts.Canonical;
using EdgeRuntime.Features.Definition;

namespace EdgeRuntime.Features.Validation;

/// <summary>
/// Checks the samples of one signal in the order they arrive. Rate and stuck look back, and only along event time: a sample that is not newer than
/// what they last looked at is not held against them. The rules in words are in OPERATORS.md.
/// </summary>
sealed class SignalCheck(SignalInput rules)
{
    const SampleFault NoFault = 0;

    // Never infinite: what lies between them is a number.
    readonly double _low = Math.Max(rules.Low ?? double.MinValue, double.MinValue);
    readonly double _high = Math.Min(rules.High ?? double.MaxValue, double.MaxValue);

    /// <summary>No rule looks back.</summary>
    readonly bool _isPlain = rules.Rate is null && (rules.Stuck?.Nanoseconds() ?? 0) == 0;
    readonly double? _rate = rules.Rate;
    readonly long _stuck = rules.Stuck?.Nanoseconds() ?? 0;

    // The newest sample that was taken: what a rate is measured from. A spike is refused and not measured from, so its way back is not refused too.
    bool _hasTaken;
    long _takenAt;
    double _taken;

    // The run of one same value.
    bool _hasRun;
    long _runFrom;
    long _runTo;
    double _run;

    /// <summary>True: the sample is taken, and <paramref name="number"/> is its value.</summary>
    /// <param name="fault">Why not; of no meaning where it is taken.</param>
    public bool Takes(in Sample sample, out double number, out SampleFault fault)
    {
        // Most signals have no rule that looks back, and most samples are in range.
        if (_isPlain && !sample.Quality.IsBad && sample.TryNumber(out number) && number >= _low && number <= _high)
        {
            Remember(sample.Event.UnixNanoseconds, number);
            fault = NoFault;
            return true;
        }

        fault = Fault(sample, out number);
        return fault == NoFault;
    }

    SampleFault Fault(in Sample sample, out double number)
    {
        number = double.NaN;
        if (sample.Quality.IsBad)
            return SampleFault.BadQuality;
        if (sample.Value.Kind == TagValueKind.None)
            return SampleFault.Missing;
        if (!sample.Value.TryNumber(out number) || !double.IsFinite(number))
            return SampleFault.NotANumber;
        if (number < _low || number > _high)
            return SampleFault.OutOfRange;
        long at = sample.Event.UnixNanoseconds;
        bool stands = StandsTooLong(at, number);
        if (IsTooFast(at, number))
            return SampleFault.TooFast;
        if (stands)
            return SampleFault.Stuck;
        Remember(at, number);
        return NoFault;
    }

    void Remember(long at, double number)
    {
        if (!_hasTaken || at >= _takenAt)
            (_hasTaken, _takenAt, _taken) = (true, at, number);
    }

    public void Save(CanonicalWriter to)
    {
        to.Bool(_hasTaken);
        to.Fixed64(_takenAt);
        to.Double(_taken);
        to.Bool(_hasRun);
        to.Fixed64(_runFrom);
        to.Fixed64(_runTo);
        to.Double(_run);
    }

    public void Restore(ref CanonicalReader from)
    {
        (_hasTaken, _takenAt, _taken) = (from.Bool(), from.Fixed64(), from.Double());
        (_hasRun, _runFrom, _runTo, _run) = (from.Bool(), from.Fixed64(), from.Fixed64(), from.Double());
    }

    bool StandsTooLong(long at, double number)
    {
        if (_stuck == 0 || (_hasRun && at < _runTo))
            return false;
        // Nobody saw it stand still across a silence that is longer than the rule itself.
        if (!_hasRun || number != _run || at - _runTo > _stuck)
            (_hasRun, _runFrom, _run) = (true, at, number);
        _runTo = at;
        return at - _runFrom > _stuck;
    }

    bool IsTooFast(long at, double number) =>
        _rate is { } rate && _hasTaken && at > _takenAt && Math.Abs(number - _taken) > rate * ((at - _takenAt) / 1e9);
}
