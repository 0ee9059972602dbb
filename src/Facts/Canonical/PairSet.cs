using System.Numerics;

namespace EdgeRuntime.Facts.Canonical;

/// <summary>Which pairs of head and tail a batch has named; kept from batch to batch.</summary>
sealed class PairSet
{
    long[] _pairs = [];
    long[] _batches = [];
    long _batch;

    public void Start(int pairsMax)
    {
        int places = (int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(64, pairsMax * 2));
        if (_pairs.Length < places)
        {
            _pairs = new long[places];
            _batches = new long[places];
        }

        _batch++;
    }

    /// <summary>False where it is there already.</summary>
    public bool Add(int head, int tail)
    {
        long pair = ((long)head << 32) | (uint)tail;
        int last = _pairs.Length - 1;
        int place = (int)((ulong)pair * 0x9E37_79B9_7F4A_7C15 >> 40) & last;
        while (_batches[place] == _batch)
        {
            if (_pairs[place] == pair)
                return false;
            place = (place + 1) & last;
        }

        _batches[place] = _batch;
        _pairs[place] = pair;
        return true;
    }
}
