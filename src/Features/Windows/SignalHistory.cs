using EdgeRuntime.Facts.Canonical;

namespace EdgeRuntime.Features.Windows;

/// <summary>
/// The samples of one signal that a window can still need, in event time, one per time: of two samples with the same time the later arrival stands.
/// A ring, so that the usual sample (newer than all) costs one store, and the usual leave (older than all) nothing.
/// </summary>
/// <param name="reach">How far the longest window or lag on this signal looks back from a moment.</param>
sealed class SignalHistory(long reach)
{
    const int NoIndex = -1;

    /// <summary>Value 8, time, flag, frame and index at least 1 each.</summary>
    const int SavedBytesMin = 12;

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

    /// <summary>Newest time of a sample that left too early; windows that reach it are not whole.</summary>
    public long? LostUntil { get; private set; }

    public HeldSample this[int index] => _ring[(_head + index) & (_ring.Length - 1)];

    /// <summary>Event time of the earliest sample after the last closed moment; the greatest number when there is none.</summary>
    public long EarliestOpenOrMax => ClosedCount < Count ? At(ClosedCount).At : long.MaxValue;

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
            long lost = place == 0 ? sample.At : this[0].At;
            LostUntil = LostUntil > lost ? LostUntil : lost;
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
        if (Count == 0 || At(Count - 1).At <= moment)
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
    public bool TryNewestTaken(long moment, out long at, out double value)
    {
        for (int i = CountAtOrBefore(moment) - 1; i >= 0; i--)
        {
            ref HeldSample sample = ref At(i);
            if (!sample.Taken)
                continue;
            (at, value) = (sample.At, sample.Value);
            return true;
        }

        if (_carried is { } carried && carried.At <= moment)
        {
            (at, value) = (carried.At, carried.Value);
            return true;
        }

        (at, value) = (0, 0);
        return false;
    }

    /// <summary>Copies the taken samples from one place up to another, in order.</summary>
    /// <returns>How many were copied.</returns>
    public int CopyTaken(int from, int to, double[] values, long[] times)
    {
        int taken = 0;
        for (int i = from; i < to; i++)
        {
            ref HeldSample sample = ref At(i);
            if (!sample.Taken)
                continue;
            values[taken] = sample.Value;
            times[taken++] = sample.At;
        }

        return taken;
    }

    /// <summary>Event time of the oldest taken sample after <paramref name="moment"/>; null when none is held.</summary>
    public long? NextTaken(long moment)
    {
        for (int i = CountAtOrBefore(moment); i < Count; i++)
        {
            if (this[i].Taken)
                return this[i].At;
        }

        return null;
    }

    /// <summary>The vector at <paramref name="moment"/> is out: what no later window can contain leaves.</summary>
    public void Close(long moment)
    {
        _closed = moment;
        while (ClosedCount < Count && At(ClosedCount).At <= moment)
            ClosedCount++;
        while (Count > 0 && At(0).At <= moment - reach)
            Leave();
    }

    public void Save(CanonicalWriter to)
    {
        to.Optional64(_closed);
        to.Optional64(_earliestSeen);
        to.Signed(OverLimit);
        to.Optional64(LostUntil);
        to.Bool(_carried is not null);
        HeldSample before = default;
        if (_carried is { } carried)
            Save(carried, ref before, to);
        to.Count(Count);
        to.Count(ClosedCount);
        for (int i = 0; i < Count; i++)
            Save(this[i], ref before, to);
    }

    /// <summary>Into a history that has seen nothing yet.</summary>
    public void Restore(ref CanonicalReader from)
    {
        _closed = from.Optional64();
        _earliestSeen = from.Optional64();
        OverLimit = from.Signed();
        LostUntil = from.Optional64();
        HeldSample before = default;
        _carried = from.Bool() ? Restore(ref from, ref before) : null;
        Count = from.Count(SavedBytesMin);
        ClosedCount = from.Index();
        if (Count > FeatureLimits.SamplesMax || ClosedCount > Count)
            throw from.Wrong($"a history has no {Count} samples of which {ClosedCount} are closed");
        if (Count > _ring.Length)
            _ring = new HeldSample[(int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)Count)];
        for (int i = 0; i < Count; i++)
            _ring[i] = Restore(ref from, ref before);
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
        ref HeldSample oldest = ref At(0);
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
