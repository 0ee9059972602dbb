using System.Collections;
using EdgeRuntime.Facts;

namespace EdgeRuntime.Journal.Retention;

/// <summary>
/// Which samples stay: for every tag, minute of source time and quality the first, the last, the least and the greatest, by source time and then by arrival.
/// Texts and blobs have no least and greatest. So a trend keeps its outline, an alarm its peak, and a change of quality its moment.
/// </summary>
sealed class ThinningRule
{
    const long MinuteNanoseconds = 60_000_000_000;

    readonly Dictionary<(string Tag, long Minute, uint Quality), Kept> _kept = [];
    long _samples;

    /// <summary>Samples looked at.</summary>
    public long Samples => _samples;

    /// <summary>Looks at the next sample, in the order of the journal.</summary>
    public void Look(in Sample sample)
    {
        long at = _samples++;
        long time = sample.Event.UnixNanoseconds;
        var key = (sample.Tag, Math.DivRem(time, MinuteNanoseconds).Quotient - (time < 0 && time % MinuteNanoseconds != 0 ? 1 : 0), sample.Quality.StatusCode);
        if (!_kept.TryGetValue(key, out Kept? kept))
            _kept.Add(key, kept = new Kept(at, time));
        kept.Look(at, time, NumberIn(sample.Value));
    }

    /// <summary>For each sample in the order of the journal whether it stays.</summary>
    public BitArray Stays()
    {
        var stays = new BitArray(checked((int)_samples));
        foreach (Kept kept in _kept.Values)
            kept.Mark(stays);
        return stays;
    }

    static double NumberIn(in TagValue value) => value.Kind switch
    {
        TagValueKind.Double => value.Double,
        TagValueKind.Int64 => value.Int64,
        TagValueKind.Bool => value.Bool ? 1 : 0,
        _ => double.NaN,
    };

    sealed class Kept(long at, long time)
    {
        (long At, long Time) _first = (at, time);
        (long At, long Time) _last = (at, time);
        (long At, double Value) _least = (at, double.NaN);
        (long At, double Value) _greatest = (at, double.NaN);

        public void Look(long at, long time, double value)
        {
            if (time < _first.Time)
                _first = (at, time);
            if (time >= _last.Time)
                _last = (at, time);
            if (value < _least.Value || (double.IsNaN(_least.Value) && !double.IsNaN(value)))
                _least = (at, value);
            if (value > _greatest.Value || (double.IsNaN(_greatest.Value) && !double.IsNaN(value)))
                _greatest = (at, value);
        }

        public void Mark(BitArray stays)
        {
            stays[(int)_first.At] = true;
            stays[(int)_last.At] = true;
            stays[(int)_least.At] = true;
            stays[(int)_greatest.At] = true;
        }
    }
}
