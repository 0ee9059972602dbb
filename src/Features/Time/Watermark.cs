using EdgeRuntime.Facts.Canonical;
using EdgeRuntime.Features.Definition;

namespace EdgeRuntime.Features.Time;

/// <summary>
/// How far the asset's time has come: the slowest source that still moves, each minus its lateness. When every source is silent, time goes on by ticks from
/// the source that was heard last. It depends on nothing but the batches in their order.
/// </summary>
sealed class Watermark(FeaturePipelineDefinition definition)
{
    readonly long _idleAfter = definition.IdleAfter.Nanoseconds();
    readonly List<SourceClock> _sources = [];
    readonly BoxClock _box = new();
    SourceClock? _heardLast;
    bool _hasTick;
    long _tick;

    public void Tick(long unixNanoseconds) => (_hasTick, _tick) = (true, _box.Observe(unixNanoseconds));

    /// <summary>The clock of the source, known from now on.</summary>
    public SourceClock Source(string origin)
    {
        foreach (SourceClock source in _sources)
        {
            if (string.Equals(source.Origin, origin, StringComparison.Ordinal))
                return source;
        }

        return Add(origin);
    }

    public long BoxTime(long ingest) => _box.Observe(ingest);

    public void Hear(SourceClock source, int signal, long eventTime, long boxTime)
    {
        if (source.Hear(signal, eventTime, boxTime))
            _heardLast = source;
    }

    /// <summary>Newest event time over all sources; null when there is none.</summary>
    public long? Newest
    {
        get
        {
            long? newest = null;
            foreach (SourceClock source in _sources)
            {
                if (source.HasTime && (newest is null || source.Newest > newest))
                    newest = source.Newest;
            }

            return newest;
        }
    }

    /// <summary>No other source of the asset moves.</summary>
    public bool IsAlone(SourceClock source) => _sources.TrueForAll(other => other == source || !other.HasTime || IsIdle(other));

    /// <summary>Moments before this are complete; null when no input sample was ever seen.</summary>
    public long? Now()
    {
        if (_heardLast is null)
            return null;
        long? slowest = null;
        foreach (SourceClock source in _sources)
        {
            if (source.HasTime && !IsIdle(source) && (slowest is null || source.Newest - source.Lateness < slowest))
                slowest = source.Newest - source.Lateness;
        }

        return slowest ?? _heardLast.Newest + (_tick - _heardLast.HeardAt) - _heardLast.Lateness;
    }

    /// <summary>Forgets every source; the box's own clock goes on.</summary>
    public void Forget()
    {
        _sources.Clear();
        _heardLast = null;
    }

    public void Save(CanonicalWriter to)
    {
        _box.Save(to);
        to.Bool(_hasTick);
        to.Fixed64(_tick);
        to.Count(_sources.Count);
        foreach (SourceClock source in _sources)
            source.Save(to);
        // 0: none, else its place from 1.
        to.Count(_heardLast is null ? 0 : _sources.IndexOf(_heardLast) + 1);
    }

    /// <summary>Into a watermark that has seen nothing yet.</summary>
    public void Restore(ref CanonicalReader from)
    {
        _box.Restore(ref from);
        (_hasTick, _tick) = (from.Bool(), from.Fixed64());
        int sources = from.Count();
        for (int i = 0; i < sources; i++)
            Add(from.Text()).Restore(ref from);
        int heardLast = from.Index();
        if (heardLast > sources)
            throw from.Wrong($"there is no source {heardLast}");
        _heardLast = heardLast == 0 ? null : _sources[heardLast - 1];
    }

    SourceClock Add(string origin)
    {
        var added = new SourceClock(definition.RulesOf(origin), definition.Hold, definition.Inputs.Count);
        _sources.Add(added);
        return added;
    }

    bool IsIdle(SourceClock source) => _hasTick && _tick - source.HeardAt >= _idleAfter;
}
