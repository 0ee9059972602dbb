using EdgeRuntime.Facts;
using EdgeRuntime.Facts.Canonical;
using EdgeRuntime.Features.Operators;

namespace EdgeRuntime.Features.Corrections;

/// <summary>The vectors that late data may still correct: those of the last <c>within</c>, oldest first, and never more than memory allows.</summary>
sealed class VectorsOut(long within, int numbersEach)
{
    readonly int _most = Math.Clamp(FeatureLimits.CorrectableNumbersMax / Math.Max(1, numbersEach), 1, FeatureLimits.CorrectableVectorsMax);
    OutVector[] _ring = new OutVector[16];
    int _head;

    /// <summary>False: this pipeline makes no corrections, and nothing is remembered.</summary>
    public bool IsKept => within > 0;

    public int Count { get; private set; }

    public ref OutVector this[int index] => ref _ring[(_head + index) & (_ring.Length - 1)];

    public void Add(in OutVector vector)
    {
        while (Count > 0 && (Count == _most || this[0].At < vector.At - within))
            Leave();
        if (Count == _ring.Length)
            Grow(Count * 2);
        this[Count++] = vector;
    }

    /// <summary>Place of the first vector at or after <paramref name="moment"/>.</summary>
    public int FirstFrom(long moment)
    {
        int low = 0, high = Count;
        while (low < high)
        {
            int middle = (low + high) >>> 1;
            if (this[middle].At < moment)
                low = middle + 1;
            else
                high = middle;
        }

        return low;
    }

    public void Forget()
    {
        while (Count > 0)
            Leave();
    }

    public void Save(CanonicalWriter to)
    {
        to.Count(Count);
        for (int i = 0; i < Count; i++)
        {
            OutVector vector = this[i];
            to.Fixed64(vector.At);
            to.Position(vector.Cause);
            to.Floats(vector.Values);
            to.Count(vector.Gaps.Count);
            foreach (FeatureGap gap in vector.Gaps)
            {
                to.Count(gap.Index);
                to.Named(gap.Fault);
            }

            to.Count(vector.Levels.Length);
            foreach (FeatureValue level in vector.Levels)
                level.Save(to);
        }
    }

    public void Restore(ref CanonicalReader from)
    {
        int count = from.Count();
        for (int i = 0; i < count; i++)
        {
            (long at, Position cause, float[] values) = (from.Fixed64(), from.Position(), from.Floats());
            var gaps = new FeatureGap[from.Count(bytesEach: 2)];
            for (int g = 0; g < gaps.Length; g++)
                gaps[g] = new FeatureGap(from.Index(), from.Named<FeatureFault>());
            var levels = new FeatureValue[from.Count()];
            for (int l = 0; l < levels.Length; l++)
                levels[l] = FeatureValue.Restore(ref from);
            Add(new OutVector(at, cause, values, gaps, levels));
        }
    }

    void Leave()
    {
        _ring[_head] = default;
        _head = (_head + 1) & (_ring.Length - 1);
        Count--;
    }

    void Grow(int size)
    {
        var larger = new OutVector[size];
        for (int i = 0; i < Count; i++)
            larger[i] = this[i];
        (_ring, _head) = (larger, 0);
    }
}
