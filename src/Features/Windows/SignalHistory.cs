using System.Runtime.CompilerServices;
using EdgeRuntime.Facts.Canonical;

namespace EdgeRuntime.Features.Windows;

/// <summary>
/// The samples of one signal that a window can still need, in event time, one per time: of two samples with the same time the later arrival stands.
/// Times and values lie side by side, so that a window is a stretch of them; the usual sample (newer than all) is put at the end, and the usual leave (older
/// than all) moves the front.
/// </summary>
/// <param name="reach">How far the longest window or lag on this signal looks back from a moment.</param>
sealed class SignalHistory(long reach)
{
    const int NoIndex = -1;
    const int SizeMin = 4;
    const long Never = long.MinValue;

    /// <summary>Value 8, time, flag, frame and index at least 1 each.</summary>
    const int SavedBytesMin = 12;

    // Small at first: most signals have no window and hold one or two, and all of them together then lie near to the processor.
    long[] _times = new long[SizeMin];
    double[] _values = new double[SizeMin];
    Source[] _sources = new Source[SizeMin];
    int _first;
    int _refused;

    // The newest taken sample that has left: what is held when nothing newer is there.
    bool _hasCarried;
    long _carriedAt;
    double _carriedValue;
    Source _carriedSource;

    long _closed = Never;
    long? _earliestSeen;

    public int Count { get; private set; }

    /// <summary>How many of the samples lie at or before the last closed moment.</summary>
    public int ClosedCount { get; private set; }

    /// <summary>Samples that left too early because <see cref="FeatureLimits.SamplesMax"/> was reached.</summary>
    public long OverLimit { get; private set; }

    /// <summary>Newest time of a sample that left too early; windows that reach it are not whole.</summary>
    public long? LostUntil { get; private set; }

    /// <summary>How many samples have left at the front so far: what a place was is known by it later.</summary>
    public long Gone { get; private set; }

    /// <summary>Validation took every sample that is held.</summary>
    public bool IsAllTaken => _refused == 0;

    public HeldSample this[int index]
    {
        get
        {
            ref Source source = ref _sources[_first + index];
            return new HeldSample(_times[_first + index], _values[_first + index], source.Taken, source.Frame, source.Index);
        }
    }

    /// <summary>Event time of the earliest sample after the last closed moment; the greatest number when there is none.</summary>
    public long EarliestOpenOrMax => ClosedCount < Count ? _times[_first + ClosedCount] : long.MaxValue;

    /// <summary>Any sample, taken or refused, was seen with a time at or before <paramref name="moment"/>.</summary>
    public bool WasSeenBy(long moment) => _earliestSeen <= moment;

    /// <summary>Puts the usual sample, which is newer than all, at the end; false for any other, which is left to <see cref="Add"/>.</summary>
    public bool TryAppend(long at, double value, bool taken, long frame, int index)
    {
        if (Count is 0 or FeatureLimits.SamplesMax || at <= _times[_first + Count - 1] || at <= _closed)
            return false;
        Append(at, value, taken, frame, index);
        return true;
    }

    /// <returns>Index, in the same batch, of the sample that this one supersedes; -1 when there is none.</returns>
    public int Add(in HeldSample sample) => TryAppend(sample.At, sample.Value, sample.Taken, sample.Frame, sample.Index) ? NoIndex : AddUnusual(sample);

    int AddUnusual(in HeldSample sample)
    {
        if (_earliestSeen is null || sample.At < _earliestSeen)
            _earliestSeen = sample.At;
        if (_closed != Never && sample.At <= _closed - reach)
            return Carry(sample);
        int place = CountAtOrBefore(sample.At);
        if (place > 0 && _times[_first + place - 1] == sample.At)
            return Supersede(place - 1, sample);
        if (Count == FeatureLimits.SamplesMax)
        {
            OverLimit++;
            long lost = place == 0 ? sample.At : _times[_first];
            LostUntil = LostUntil > lost ? LostUntil : lost;
            if (place == 0)
                return Carry(sample);
            Leave(1);
            place--;
        }

        Insert(place, sample);
        return NoIndex;
    }

    /// <summary>How many samples lie at or before <paramref name="moment"/>; they are the first ones. Found at once for the moment that is closed next.</summary>
    public int CountAtOrBefore(long moment) => CountAtOrBefore(moment, ClosedCount);

    /// <summary>The same, found at once where it is <paramref name="near"/> or one more.</summary>
    public int CountAtOrBefore(long moment, long near)
    {
        ReadOnlySpan<long> times = Times(0, Count);
        int place = (int)near;
        if ((ulong)near >= (ulong)times.Length || (place > 0 && times[place - 1] > moment))
            return Search(times, moment);
        if (times[place] > moment)
            return place;
        return ++place == times.Length || times[place] > moment ? place : Search(times, moment);
    }

    static int Search(ReadOnlySpan<long> times, long moment)
    {
        if (times.IsEmpty || times[^1] <= moment)
            return times.Length;
        int low = 0, high = times.Length - 1;
        while (low < high)
        {
            int middle = (low + high) >>> 1;
            if (times[middle] <= moment)
                low = middle + 1;
            else
                high = middle;
        }

        return low;
    }

    /// <summary>The newest taken sample at or before <paramref name="moment"/>, which is not more than the reach before the next moment.</summary>
    public bool TryNewestTaken(long moment, out long at, out double value)
    {
        int newest = _first + CountAtOrBefore(moment) - 1;
        if (newest < _first || !_sources[newest].Taken)
            return TryOlderTaken(newest, moment, out at, out value);
        (at, value) = (_times[newest], _values[newest]);
        return true;
    }

    bool TryOlderTaken(int newest, long moment, out long at, out double value)
    {
        // Nothing to look through in a signal that has been refused for long.
        int from = _refused == Count ? _first : newest;
        for (int i = from - 1; i >= _first; i--)
        {
            if (!_sources[i].Taken)
                continue;
            (at, value) = (_times[i], _values[i]);
            return true;
        }

        bool isCarried = _hasCarried && _carriedAt <= moment;
        (at, value) = isCarried ? (_carriedAt, _carriedValue) : (0, 0);
        return isCarried;
    }

    /// <summary>Event times from one place up to another; valid until the next <see cref="Add"/>.</summary>
    public ReadOnlySpan<long> Times(int from, int to) => _times.AsSpan(_first + from, to - from);

    /// <summary>Values from one place up to another, taken or not; valid until the next <see cref="Add"/>.</summary>
    public ReadOnlySpan<double> Values(int from, int to) => _values.AsSpan(_first + from, to - from);

    /// <summary>Copies the taken samples from one place up to another, in order.</summary>
    /// <returns>How many were copied.</returns>
    public int CopyTaken(int from, int to, double[] values, long[] times)
    {
        int taken = 0;
        for (int i = _first + from; i < _first + to; i++)
        {
            if (!_sources[i].Taken)
                continue;
            values[taken] = _values[i];
            times[taken++] = _times[i];
        }

        return taken;
    }

    /// <summary>Event time of the oldest taken sample after <paramref name="moment"/>; null when none is held.</summary>
    public long? NextTaken(long moment)
    {
        for (int i = _first + CountAtOrBefore(moment); i < _first + Count; i++)
        {
            if (_sources[i].Taken)
                return _times[i];
        }

        return null;
    }

    /// <summary>The vector at <paramref name="moment"/> is out: what no later window can contain leaves.</summary>
    /// <returns><see cref="EarliestOpenOrMax"/>.</returns>
    public long Close(long moment)
    {
        _closed = moment;
        ReadOnlySpan<long> times = Times(0, Count);
        int open = ClosedCount;
        while (open < times.Length && times[open] <= moment)
            open++;
        ClosedCount = open;
        long earliest = open < times.Length ? times[open] : long.MaxValue;
        long last = moment - reach;
        int leaving = 0;
        while (leaving < times.Length && times[leaving] <= last)
            leaving++;
        if (leaving == 1 && _refused == 0)
            LeaveOne();
        else if (leaving > 0)
            Leave(leaving);
        return earliest;
    }

    public void Save(CanonicalWriter to)
    {
        to.Optional64(_closed == Never ? null : _closed);
        to.Optional64(_earliestSeen);
        to.Signed(OverLimit);
        to.Optional64(LostUntil);
        to.Bool(_hasCarried);
        HeldSample before = default;
        if (_hasCarried)
            Save(new HeldSample(_carriedAt, _carriedValue, _carriedSource.Taken, _carriedSource.Frame, _carriedSource.Index), ref before, to);
        to.Count(Count);
        to.Count(ClosedCount);
        for (int i = 0; i < Count; i++)
            Save(this[i], ref before, to);
    }

    /// <summary>Into a history that has seen nothing yet.</summary>
    public void Restore(ref CanonicalReader from)
    {
        _closed = from.Optional64() ?? Never;
        _earliestSeen = from.Optional64();
        OverLimit = from.Signed();
        LostUntil = from.Optional64();
        HeldSample before = default;
        if (from.Bool())
            SetCarried(Restore(ref from, ref before));
        int count = from.Count(SavedBytesMin);
        ClosedCount = from.Index();
        if (count > FeatureLimits.SamplesMax || ClosedCount > count)
            throw from.Wrong($"a history has no {count} samples of which {ClosedCount} are closed");
        for (int i = 0; i < count; i++)
        {
            HeldSample sample = Restore(ref from, ref before);
            Append(sample.At, sample.Value, sample.Taken, sample.Frame, sample.Index);
        }
    }

    /// <summary>Times and frames as steps from the sample before, which are short.</summary>
    static void Save(in HeldSample sample, ref HeldSample before, CanonicalWriter to)
    {
        to.Signed(sample.At - before.At);
        to.Double(sample.Value);
        to.Bool(sample.Taken);
        to.Signed(sample.Frame - before.Frame);
        to.Signed(sample.Index);
        before = sample;
    }

    static HeldSample Restore(ref CanonicalReader from, ref HeldSample before) =>
        before = new HeldSample(before.At + from.Signed(), from.Double(), from.Bool(), before.Frame + from.Signed(), (int)from.Signed());

    int Carry(in HeldSample sample)
    {
        if (sample.Taken && (!_hasCarried || sample.At >= _carriedAt))
            SetCarried(sample);
        return NoIndex;
    }

    void SetCarried(in HeldSample sample)
    {
        (_hasCarried, _carriedAt, _carriedValue) = (true, sample.At, sample.Value);
        Set(ref _carriedSource, sample);
    }

    int Supersede(int place, in HeldSample sample)
    {
        ref Source held = ref _sources[_first + place];
        int index = held.Frame == sample.Frame ? held.Index : NoIndex;
        _refused -= held.Taken ? 0 : 1;
        Put(_first + place, sample);
        return index;
    }

    void Insert(int place, in HeldSample sample)
    {
        if (_first + Count == _times.Length)
            MakeRoom();
        int at = _first + place, behind = Count - place;
        Array.Copy(_times, at, _times, at + 1, behind);
        Array.Copy(_values, at, _values, at + 1, behind);
        Array.Copy(_sources, at, _sources, at + 1, behind);
        Put(at, sample);
        Count++;
        if (sample.At <= _closed)
            ClosedCount++;
    }

    void Append(long at, double value, bool taken, long frame, int index)
    {
        if (_first + Count == _times.Length)
            MakeRoom();
        int place = _first + Count++;
        _times[place] = at;
        _values[place] = value;
        // Number by number: what is put together elsewhere and copied at once makes the processor wait for it.
        ref Source source = ref _sources[place];
        source.Frame = frame;
        source.Index = index;
        source.Taken = taken;
        if (!taken)
            _refused++;
    }

    void Put(int at, in HeldSample sample)
    {
        _times[at] = sample.At;
        _values[at] = sample.Value;
        Set(ref _sources[at], sample);
        _refused += sample.Taken ? 0 : 1;
    }

    static void Set(ref Source source, in HeldSample sample)
    {
        source.Frame = sample.Frame;
        source.Index = sample.Index;
        source.Taken = sample.Taken;
    }

    /// <summary>The oldest leave; the newest taken of them is carried.</summary>
    void Leave(int count)
    {
        for (int i = _first + count - 1; i >= _first; i--)
        {
            ref Source source = ref _sources[i];
            if (!source.Taken)
                continue;
            (_hasCarried, _carriedAt, _carriedValue) = (true, _times[i], _values[i]);
            _carriedSource.Frame = source.Frame;
            _carriedSource.Index = source.Index;
            _carriedSource.Taken = true;
            break;
        }

        if (_refused > 0)
            _refused -= RefusedAmong(count);
        Gone += count;
        Count -= count;
        _first += count;
        // A signal without a window is left with one sample at most; it stays in one place, which the processor has at hand.
        if (Count <= 1)
            MoveToFront();
        ClosedCount = Math.Max(0, ClosedCount - count);
    }

    /// <summary>The same for the usual one, with no refused sample about.</summary>
    void LeaveOne()
    {
        int first = _first;
        (_hasCarried, _carriedAt, _carriedValue) = (true, _times[first], _values[first]);
        ref Source source = ref _sources[first];
        _carriedSource.Frame = source.Frame;
        _carriedSource.Index = source.Index;
        _carriedSource.Taken = true;
        Gone++;
        _first = first + 1;
        if (--Count <= 1)
            MoveToFront();
        if (ClosedCount > 0)
            ClosedCount--;
    }

    int RefusedAmong(int oldest)
    {
        int refused = 0;
        for (int i = _first; i < _first + oldest; i++)
            refused += _sources[i].Taken ? 0 : 1;
        return refused;
    }

    /// <summary>Place for one more behind the newest: what has left at the front is used again once it is half of all, so that moving costs little per sample.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    void MakeRoom()
    {
        int size = _times.Length;
        if (_first >= size / 2)
        {
            Array.Copy(_times, _first, _times, 0, Count);
            Array.Copy(_values, _first, _values, 0, Count);
            Array.Copy(_sources, _first, _sources, 0, Count);
        }
        else
        {
            (_times, _values, _sources) = (Moved(_times, size * 2), Moved(_values, size * 2), Moved(_sources, size * 2));
        }

        _first = 0;
    }

    T[] Moved<T>(T[] from, int size)
    {
        var to = new T[size];
        Array.Copy(from, _first, to, 0, Count);
        return to;
    }

    /// <summary>Of one sample that is held, or none.</summary>
    void MoveToFront()
    {
        if (Count == 1)
        {
            _times[0] = _times[_first];
            _values[0] = _values[_first];
            ref Source from = ref _sources[_first];
            ref Source to = ref _sources[0];
            to.Frame = from.Frame;
            to.Index = from.Index;
            to.Taken = from.Taken;
        }

        _first = 0;
    }

    /// <summary>Where a sample came from, and whether validation took it.</summary>
    struct Source
    {
        public long Frame;
        public int Index;
        public bool Taken;
    }
}
