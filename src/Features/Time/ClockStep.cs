using EdgeRuntime.Facts.Canonical;

namespace EdgeRuntime.Features.Time;

/// <summary>
/// A step of a source's clock that is not believed yet. It holds while sample after sample goes on from where the step led to; one that is believed, or a
/// step the other way, ends it.
/// </summary>
/// <param name="jump">How far two samples may lie apart, backwards, and still agree; and what one pause in event time counts at most.</param>
sealed class ClockStep(long jump, long hold)
{
    int _samples;
    bool _isAhead;
    long _last;
    long _progress;
    long _sinceBox;

    /// <summary>Takes a sample on the far side of a step; true when the step has now held long enough to be believed.</summary>
    public bool Holds(long at, bool isAhead, long boxTime)
    {
        if (_samples == 0 || isAhead != _isAhead || at < _last - jump)
            (_samples, _isAhead, _last, _progress, _sinceBox) = (0, isAhead, at, 0, boxTime);
        _samples++;
        _progress += Math.Clamp(at - _last, 0, jump);
        _last = Math.Max(_last, at);
        return _samples >= FeatureLimits.HoldSamples && (_progress >= hold || boxTime - _sinceBox >= hold);
    }

    public void Forget() => _samples = 0;

    public void Save(CanonicalWriter to)
    {
        to.Count(_samples);
        to.Bool(_isAhead);
        to.Fixed64(_last);
        to.Fixed64(_progress);
        to.Fixed64(_sinceBox);
    }

    public void Restore(ref CanonicalReader from) =>
        (_samples, _isAhead, _last, _progress, _sinceBox) = (from.Index(), from.Bool(), from.Fixed64(), from.Fixed64(), from.Fixed64());
}
