using System.Buffers;
using EdgeRuntime.Decisions;
using EdgeRuntime.Facts;
using EdgeRuntime.Gateway;
using EdgeRuntime.Journal;
using Xunit;

namespace EdgeRuntime.Tests.Unit.Decisions;

public sealed class DigestsAheadTests
{
    readonly ArrayBufferWriter<byte> _room = new();
    readonly TinyFloor _floor = DecisionEngineTests.Busy(out _);

    [Fact]
    public void Any_bytes_get_their_own_digest_expected_or_not()
    {
        Fact[] said = [.. Lived().SelectMany(i => i.Said)];
        FeatureVector[] vectors = [.. said.OfType<FeatureVector>()];
        Assert.True(vectors.Length > 10);
        DigestsAhead ahead = DigestsAhead.For(said, _room)!;

        foreach (FeatureVector vector in vectors)
        {
            byte[] bytes = FactCodec.Encode(vector);
            for (int at = 0; at < bytes.Length; at++)
            {
                byte[] other = [.. bytes];
                other[at] ^= 1;
                Assert.Equal(Digest.Of(other), ahead.Of(other));
            }

            Assert.Equal(Digest.Of(bytes.AsSpan(1)), ahead.Of(bytes.AsSpan(1)));
            Assert.Equal(Digest.Of(bytes), ahead.Of(bytes));
        }

        Assert.Equal(Digest.Of([]), ahead.Of([]));
    }

    [Fact]
    public void Nothing_is_made_ahead_where_nothing_was_decided() => Assert.Null(DigestsAhead.For([], _room));

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void An_engine_says_the_same_whatever_was_made_ahead_for_it(int inputsOff)
    {
        (StoredBatch Input, Fact[] Said)[] lived = Lived();
        using var engine = new DecisionEngine(_floor, _floor.Arms);
        int asked = 0;
        for (int i = 0; i < lived.Length; i++)
        {
            DigestsAhead? ahead = DigestsAhead.For(lived[Math.Max(0, i - inputsOff)].Said, _room);
            IReadOnlyList<Fact> again = engine.Take(lived[i].Input, new LiveCalls(), () =>
            {
                asked++;
                return ahead;
            });
            Assert.Equal(lived[i].Said.OfType<Decision>().Select(FactCodec.Encode), again.OfType<Decision>().Select(FactCodec.Encode));
        }

        Assert.Equal(lived.Sum(i => i.Said.OfType<Decision>().Count()), asked);
    }

    (StoredBatch Input, Fact[] Said)[] Lived()
    {
        using var engine = new DecisionEngine(_floor, _floor.Arms);
        var calls = new LiveCalls();
        return [.. _floor.Journal.Select(input => (input, engine.Take(input, calls).ToArray()))];
    }
}
