using EdgeRuntime.Hmi.Floor;

namespace EdgeRuntime.Hmi.Live;

/// <summary>Remembers what of an asset's trend has been sent and gives what came since.</summary>
sealed class TrendCursor
{
    /// <summary>More points than this between two frames are reduced to lowest and highest, so that a replay at 100 × does not flood a browser.</summary>
    const int PointsMax = 64;

    readonly FloorView _floor;
    readonly string _asset;
    readonly long[] _sent;

    /// <param name="asset">Empty: nothing is ever new.</param>
    internal TrendCursor(FloorView floor, string asset)
    {
        (_floor, _asset) = (floor, asset);
        floor.TryRead(asset, a => Rings(a).Select(r => r.Added).ToArray(), out long[]? added);
        _sent = added ?? [];
    }

    internal TrendTail? Advance()
    {
        _floor.TryRead(_asset, Advance, out TrendTail? tail);
        return tail;
    }

    static PointRing[] Rings(AssetHistory asset) => [.. asset.Signals.Select(s => s.Points), asset.Scores, asset.Thresholds];

    TrendTail Advance(AssetHistory asset)
    {
        PointRing[] rings = Rings(asset);
        var series = new TailSeries[rings.Length];
        for (int i = 0; i < rings.Length; i++)
        {
            series[i] = Since(rings[i], rings[i].IndexSince(_sent[i]));
            _sent[i] = rings[i].Added;
        }

        return new TrendTail(asset.Edge is { } edge ? Trend.Milliseconds(edge.UnixNanoseconds) : null, series, Trend.Spans(asset.Periods.All));
    }

    static TailSeries Since(PointRing ring, int first)
    {
        int count = ring.Count - first;
        return count <= PointsMax ? Raw(ring, first) : Reduced(ring, first);
    }

    static TailSeries Raw(PointRing ring, int first)
    {
        var t = new List<double>();
        var v = new List<double>();
        for (int i = first; i < ring.Count; i++)
        {
            t.Add(Trend.Milliseconds(ring[i].Time));
            v.Add(ring[i].Value);
        }

        return new TailSeries(t, v);
    }

    /// <summary>Runs of consecutive arrivals, each with its lowest and highest value where they stood.</summary>
    static TailSeries Reduced(PointRing ring, int first)
    {
        var t = new List<double>();
        var v = new List<double>();
        int run = (ring.Count - first + PointsMax / 2 - 1) / (PointsMax / 2);
        for (int start = first; start < ring.Count; start += run)
        {
            int lowest = start;
            int highest = start;
            for (int i = start + 1; i < Math.Min(start + run, ring.Count); i++)
            {
                if (ring[i].Value < ring[lowest].Value)
                    lowest = i;
                if (ring[i].Value > ring[highest].Value)
                    highest = i;
            }

            t.Add(Trend.Milliseconds(ring[lowest].Time));
            v.Add(ring[lowest].Value);
            t.Add(Trend.Milliseconds(ring[highest].Time));
            v.Add(ring[highest].Value);
        }

        return new TailSeries(t, v);
    }
}
