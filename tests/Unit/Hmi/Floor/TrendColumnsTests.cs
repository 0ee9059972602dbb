using CsCheck;
using EdgeRuntime.Hmi.Floor;
using Xunit;

namespace EdgeRuntime.Tests.Unit.Hmi.Floor;

public sealed class TrendColumnsTests
{
    [Fact]
    public void A_spike_of_one_sample_is_still_there_after_an_hour_is_put_into_ten_columns()
    {
        var ring = new PointRing(36_000);
        for (int i = 0; i < 36_000; i++)
            ring.Add(i * 100_000_000L, i == 17_123 ? 99 : 1);
        TrendColumns columns = TrendColumns.Of(ring, 0, 3_600_000_000_000, 10);
        Assert.Equal(99, columns.Max.Max());
        Assert.Equal(99, columns.Max[4]);
        Assert.All(columns.Min, low => Assert.Equal(1, low));
    }

    [Fact]
    public void No_window_loses_its_lowest_or_highest_value_whatever_the_order_of_arrival() =>
        Gen.Select(Gen.Select(Gen.Long[0, 10_000], Gen.Double[-1e6, 1e6]).Array[0, 300], Gen.Long[0, 9_000], Gen.Long[1, 5_000], Gen.Int[1, 200])
            .Sample((points, from, length, count) =>
            {
                var ring = new PointRing(1_000);
                foreach ((long time, double value) in points)
                    ring.Add(time, value);
                TrendColumns columns = TrendColumns.Of(ring, from, from + length, count);
                double[] inside = [.. points.Where(p => p.Item1 >= from && p.Item1 < from + length).Select(p => p.Item2)];
                double[] low = [.. columns.Min.Where(double.IsFinite)];
                double[] high = [.. columns.Max.Where(double.IsFinite)];
                return inside.Length == 0
                    ? low.Length == 0 && high.Length == 0
                    : low.Min() == inside.Min() && high.Max() == inside.Max();
            });

    [Fact]
    public void Every_point_lies_between_the_lowest_and_the_highest_of_its_own_column() =>
        Gen.Select(Gen.Select(Gen.Long[0, 999], Gen.Double[-1e3, 1e3]).Array[1, 100], Gen.Int[1, 50])
            .Sample((points, count) =>
            {
                var ring = new PointRing(1_000);
                foreach ((long time, double value) in points)
                    ring.Add(time, value);
                TrendColumns columns = TrendColumns.Of(ring, 0, 1_000, count);
                return points.All(p => columns.Min[p.Item1 * count / 1_000] <= p.Item2 && columns.Max[p.Item1 * count / 1_000] >= p.Item2);
            });

    [Fact]
    public void A_column_without_a_point_is_empty_and_not_zero()
    {
        var ring = new PointRing(10);
        ring.Add(0, 5);
        ring.Add(90, 6);
        TrendColumns columns = TrendColumns.Of(ring, 0, 100, 10);
        Assert.Equal([5, 6], columns.Max.Where(double.IsFinite));
        Assert.Equal(8, columns.Min.Count(double.IsNaN));
    }

    [Fact]
    public void The_longest_window_with_the_most_columns_does_not_overflow()
    {
        long window = TrendColumns.WindowMax.Ticks * 100;
        var ring = new PointRing(10);
        ring.Add(window - 1, 1);
        Assert.Equal(1, TrendColumns.Of(ring, 0, window, TrendColumns.ColumnsMax).Max[^1]);
    }
}
