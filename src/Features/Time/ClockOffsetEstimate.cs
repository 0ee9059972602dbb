using EdgeRuntime.Facts.Canonical;

namespace EdgeRuntime.Features.Time;

/// <summary>
/// How far a source's clock is behind the box's: the smallest of ingest time minus event time over the last batches that moved the source's time on.
/// The smallest, because a message can only be slow, never quicker than its way. Two blocks of batches take turns, so that what is old leaves.
/// </summary>
sealed class ClockOffsetEstimate
{
    /// <summary>Batches in a block.</summary>
    const int Block = 32;

    const long Second = 1_000_000_000;
    const long Minute = 60 * Second;
    const long Hour = 60 * Minute;

    /// <summary>73 years: what is further is told as this, and sums cannot overflow.</summary>
    const long Furthest = 1L << 61;

    Extent _now;
    Extent _before;
    long? _firstAt;
    bool _isRecorded;
    long _recorded;
    long _recordedAt;

    /// <summary>Nanoseconds; negative when the source is ahead. 0 before the first batch.</summary>
    public long Offset => _before.Count == 0 ? _now.Least : _now.Count == 0 ? _before.Least : Math.Min(_now.Least, _before.Least);

    public long Spread => (_before.Count == 0 ? _now.Most : _now.Count == 0 ? _before.Most : Math.Max(_now.Most, _before.Most)) - Offset;

    public int Samples => _now.Count + _before.Count;

    /// <summary>Takes a batch; true when the estimate should be recorded now.</summary>
    /// <param name="newest">The source's newest event time after the batch.</param>
    public bool Observe(long ingest, long newest)
    {
        _firstAt ??= newest;
        bool isWhole = _now.Count == Block;
        if (isWhole)
            (_before, _now) = (_now, default);
        _now = _now.With((long)Int128.Clamp((Int128)ingest - newest, -Furthest, Furthest));
        if (!_isRecorded)
            return _now.Count == Block || newest - _firstAt >= Hour;
        long since = newest - _recordedAt;
        return since >= Hour || (_now.Count == Block && since >= Minute && Math.Abs(Offset - _recorded) > Second);
    }

    public void Recorded(long newest) => (_isRecorded, _recorded, _recordedAt) = (true, Offset, newest);

    /// <summary>The source has another time base: what was before says nothing about it.</summary>
    public void Forget() => (_now, _before, _firstAt, _isRecorded) = (default, default, null, false);

    public void Save(CanonicalWriter to)
    {
        _now.Save(to);
        _before.Save(to);
        to.Optional64(_firstAt);
        to.Bool(_isRecorded);
        to.Fixed64(_recorded);
        to.Fixed64(_recordedAt);
    }

    public void Restore(ref CanonicalReader from)
    {
        (_now, _before, _firstAt) = (Extent.Restore(ref from), Extent.Restore(ref from), from.Optional64());
        (_isRecorded, _recorded, _recordedAt) = (from.Bool(), from.Fixed64(), from.Fixed64());
    }

    readonly record struct Extent(long Least, long Most, int Count)
    {
        public Extent With(long offset) => Count == 0 ? new(offset, offset, 1) : new(Math.Min(Least, offset), Math.Max(Most, offset), Count + 1);

        public void Save(CanonicalWriter to)
        {
            to.Fixed64(Least);
            to.Fixed64(Most);
            to.Count(Count);
        }

        public static Extent Restore(ref CanonicalReader from) => new(from.Fixed64(), from.Fixed64(), from.Index());
    }
}
