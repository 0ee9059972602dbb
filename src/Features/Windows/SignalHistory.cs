namespace EdgeRuntime.Features.Windows;

/// <summary>
/// The samples of one signal that a window can still need, in event time, one per time: of two samples with the same time the later arrival stands.
/// A ring, so that the usual sample (newer than all) costs one store, and the usual leave (older than all) nothing.
/// </summary>
/// <param name="reach">How far the longest window or lag on this signal looks back from a moment.</param>
sealed class SignalHistory(long reach)
{
    const int NoIndex = -1;

    HeldSample[] _ring = new HeldSample[64];
    int _head;

    /// <summary>The newest taken sample that has left the ring: what is held when nothing newer is there.</summary>
    HeldSample? _carried;

    long? _closed;
    long? _earliestSeen;

    public int Count { get; private set; }

    /// <summary>How many of the samples lie at or before the last closed moment.</summary>
    public int ClosedCount { get; private set; }

    /// <summary>Samples that left too early because <see cref="FeatureLimits.SamplesMax"/> was reached.</summary>
    public long OverLimit { get; private set; }

    public HeldSample this[int index] => _ring[(_head + index) & (_ring.Length - 1)];

    /// <summary>Event time of the earliest sample after the last closed moment.</summary>
    public long? EarliestOpen => ClosedCount < Count ? this[ClosedCount].At : null;

    /// <summary>Any sample, taken or refused, was seen with a time at or before <paramref name="moment"/>.</summary>
    public bool WasSeenBy(long moment) => _earliestSeen <= moment;

    /// <returns>Index, in the same batch, of the sample that this one supersedes; -1 when there is none.</returns>
    public int Add(in HeldSample sample)
    {
        if (_earliestSeen is null || sample.At < _earliestSeen)
            _earliestSeen = sample.At;
        if (_closed is { } closed && sample.At <= closed - reach)
            return Carry(sample);
        int place = CountAtOrBefore(sample.At);
        if (place > 0 && this[place - 1].At == sample.At)
            return Supersede(place - 1, sample);
        if (Count == FeatureLimits.SamplesMax)
        {
            OverLimit++;
            if (place == 0)
                return Carry(sample);
            Leave();
            place--;
        }

        Insert(place, sample);
        return NoIndex;
    }

    /// <summary>How many samples lie at or before <paramref name="moment"/>; they are the first ones.</summary>
    public int CountAtOrBefore(long moment)
    {
        if (Count == 0 || this[Count - 1].At <= moment)
            return Count;
        int low = 0, high = Count - 1;
        while (low < high)
        {
            int middle = (low + high) >>> 1;
            if (this[middle].At <= moment)
                low = middle + 1;
            else
                high = middle;
        }

        return low;
    }

    /// <summary>The newest taken sample at or before <paramref name="moment"/>, which is not more than the reach before the next moment.</summary>
    public HeldSample? NewestTaken(long moment)
    {
        for (int i = CountAtOrBefore(moment) - 1; i >= 0; i--)
        {
            HeldSample sample = this[i];
            if (sample.Taken)
                return sample;
        }

        return _carried is { } carried && carried.At <= moment ? carried : null;
    }

    /// <summary>The vector at <paramref name="moment"/> is out: what no later window can contain leaves.</summary>
    public void Close(long moment)
    {
        _closed = moment;
        while (ClosedCount < Count && this[ClosedCount].At <= moment)
            ClosedCount++;
        while (Count > 0 && this[0].At <= moment - reach)
            Leave();
    }

    int Carry(in HeldSample sample)
    {
        if (sample.Taken && (_carried is not { } carried || sample.At >= carried.At))
            _carried = sample;
        return NoIndex;
    }

    int Supersede(int place, in HeldSample sample)
    {
        ref HeldSample held = ref At(place);
        int index = held.Frame == sample.Frame ? held.Index : NoIndex;
        held = sample;
        return index;
    }

    void Insert(int place, in HeldSample sample)
    {
        if (Count == _ring.Length)
            Grow();
        for (int i = Count; i > place; i--)
            At(i) = At(i - 1);
        At(place) = sample;
        Count++;
        if (_closed is { } closed && sample.At <= closed)
            ClosedCount++;
    }

    void Leave()
    {
        HeldSample oldest = this[0];
        if (oldest.Taken)
            _carried = oldest;
        _head = (_head + 1) & (_ring.Length - 1);
        Count--;
        if (ClosedCount > 0)
            ClosedCount--;
    }

    void Grow()
    {
        var larger = new HeldSample[_ring.Length * 2];
        for (int i = 0; i < Count; i++)
            larger[i] = this[i];
        (_ring, _head) = (larger, 0);
    }

    ref HeldSample At(int index) => ref _ring[(_head + index) & (_ring.Length - 1)];
}
