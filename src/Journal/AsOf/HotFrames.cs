using EdgeRuntime.Facts;

namespace EdgeRuntime.Journal.AsOf;

/// <summary>When the frames that are not sealed yet came, and how many positions each takes.</summary>
sealed class HotFrames
{
    const int Step = 1024;

    readonly List<long> _ingest = [];
    readonly List<int> _counts = [];

    // The least ingest time of every so many frames, so that a search backwards passes over what came too late.
    readonly List<long> _least = [];
    long _first = 1;

    /// <summary>The newest frame; where there is none, the one before the first.</summary>
    public long Last => _first + _ingest.Count - 1;

    /// <summary>Begins anew behind a frame.</summary>
    public void StartAfter(long frame)
    {
        _ingest.Clear();
        _counts.Clear();
        _least.Clear();
        _first = frame + 1;
    }

    public void Add(long ingest, int count)
    {
        if (_ingest.Count % Step == 0)
            _least.Add(ingest);
        else
            _least[^1] = Math.Min(_least[^1], ingest);
        _ingest.Add(ingest);
        _counts.Add(count);
    }

    public void DropThrough(long frame)
    {
        int drop = (int)Math.Clamp(frame - _first + 1, 0, _ingest.Count);
        long[] ingest = [.. _ingest.Skip(drop)];
        int[] counts = [.. _counts.Skip(drop)];
        StartAfter(Math.Max(frame, _first - 1));
        for (int i = 0; i < ingest.Length; i++)
            Add(ingest[i], counts[i]);
    }

    public IngestTime IngestOf(long frame) => new(_ingest[(int)(frame - _first)]);

    /// <summary>The end of the newest frame that came at or before a time.</summary>
    public bool LastIngested(long at, out Position end)
    {
        for (int step = _least.Count - 1; step >= 0; step--)
        {
            if (_least[step] > at)
                continue;
            for (int i = Math.Min(_ingest.Count, (step + 1) * Step) - 1; i >= step * Step; i--)
            {
                if (_ingest[i] > at)
                    continue;
                end = new(_first + i, Math.Max(0, _counts[i] - 1));
                return true;
            }
        }

        end = default;
        return false;
    }
}
