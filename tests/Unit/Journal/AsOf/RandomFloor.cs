using System.Globalization;
using EdgeRuntime.Facts;
using EdgeRuntime.Tests.Kit;

namespace EdgeRuntime.Tests.Unit.Journal.AsOf;

/// <summary>A floor whose sources send late, twice, out of order and of every kind, and a box whose clock jumps.</summary>
sealed class RandomFloor(int seed)
{
    readonly Random _random = new(seed);

    public static readonly string[] Tags = ["P-101.flow", "P-101.on", "P-101.state", "Z", "a", "Ω.temperature", "P-101.picture", "mixed"];

    public List<FactBatch> Batches(int count)
    {
        List<FactBatch> batches = [];
        double now = 1000;
        for (int i = 0; i < count; i++)
        {
            now += _random.Next(3);
            if (_random.Next(40) == 0)
                now -= 50;
            Sample[] samples = [.. Enumerable.Range(0, _random.Next(6)).Select(_ => Sample(now))];
            batches.Add(SampleBuilder.Batch("line-1", now + _random.Next(2), samples) with
            {
                Facts = [.. Enumerable.Range(0, _random.Next(3)).Select(_ => new Tick(SampleBuilder.IngestAt(now)))],
            });
        }

        return batches;
    }

    Sample Sample(double now)
    {
        string tag = Tags[_random.Next(Tags.Length)];

        // A few source times only, so that many are equal.
        double at = now - (_random.Next(8) == 0 ? _random.Next(200) : _random.Next(3));
        return new(
            tag,
            SampleBuilder.At(at),
            _random.Next(3) == 0 ? new ServerTime(SampleBuilder.At(at + 1).UnixNanoseconds) : null,
            default,
            _random.Next(10) switch { 0 => Quality.Bad, 1 => Quality.Uncertain, 2 => new Quality((uint)_random.NextInt64(1L << 32)), _ => Quality.Good },
            Value(tag));
    }

    TagValue Value(string tag) => tag switch
    {
        "P-101.on" => TagValue.Of(_random.Next(2) == 0),
        "P-101.state" => TagValue.Of("state " + _random.Next(4).ToString(CultureInfo.InvariantCulture)),
        "P-101.picture" => TagValue.Of(new BlobReference(Digest.Of([(byte)_random.Next(5)]), _random.Next(1000))),
        "Z" => TagValue.Of(_random.NextInt64(long.MinValue, long.MaxValue)),
        "a" => TagValue.Of(Math.Round(_random.NextDouble() * 100, _random.Next(4))),
        "P-101.flow" => TagValue.Of(_random.Next(5) switch
        {
            0 => double.NaN,
            1 => -0.0,
            2 => _random.NextDouble(),
            3 => double.NegativeInfinity,
            _ => Math.Round(_random.NextDouble(), 2),
        }),
        "mixed" => _random.Next(6) switch
        {
            0 => TagValue.None,
            1 => TagValue.Of(""),
            2 => TagValue.Of(_random.NextDouble()),
            3 => TagValue.Of(7L),
            4 => TagValue.Of(true),
            _ => TagValue.Of(1.5),
        },
        _ => TagValue.Of(Math.Round(20 + _random.NextDouble(), 2)),
    };
}
