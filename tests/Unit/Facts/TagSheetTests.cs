using System.Buffers;
using System.Globalization;
using EdgeRuntime.Facts;
using EdgeRuntime.Tests.Kit;
using Xunit;

namespace EdgeRuntime.Tests.Unit.Facts;

/// <summary>Names that a reader has met are compared and not read again; nobody may see a difference.</summary>
public class TagSheetTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Batches_of_more_sources_than_are_remembered_come_back_as_they_were_sent(int seed)
    {
        var random = new Random(seed);
        FactBatch[] shapes = [.. Enumerable.Range(0, 9).Select(_ => Any(random))];
        var names = new TagNames();
        for (int round = 0; round < 300; round++)
        {
            FactBatch sent = WithOtherValues(shapes[random.Next(random.Next(1, shapes.Length + 1))], random);
            byte[] bytes = Encode(sent);

            Assert.Equal(sent.Samples, FactCodec.DecodeBatch(bytes, names).Samples);
            Assert.Equal(sent.Samples, FactCodec.DecodeBatch(bytes).Samples);
        }
    }

    [Fact]
    public void A_longer_batch_that_begins_with_the_bytes_of_a_known_one_is_another()
    {
        var names = new TagNames();
        FactBatch two = SampleBuilder.Batch("plant", 60, SampleBuilder.Sample("a.t", 1, 1), SampleBuilder.Sample("b.t", 1, 2));
        FactBatch four = SampleBuilder.Batch(
            "plant", 60, SampleBuilder.Sample("a.t", 1, 1), SampleBuilder.Sample("b.t", 1, 2), SampleBuilder.Sample("a.t", 2, 3), SampleBuilder.Sample("b.t", 2, 4));
        foreach (FactBatch sent in (FactBatch[])[two, four, two, four])
            Assert.Equal(sent.Samples, FactCodec.DecodeBatch(Encode(sent), names).Samples);
    }

    [Fact]
    public void Each_reader_has_its_own_instance_of_a_name_and_keeps_it()
    {
        byte[] bytes = Encode(SampleBuilder.Batch("plant", 60, SampleBuilder.Sample("P-101.flow", 1, 1)));
        TagNames one = new(), other = new();
        string first = FactCodec.DecodeBatch(bytes, one).Samples[0].Tag;

        Assert.NotSame(first, FactCodec.DecodeBatch(bytes, other).Samples[0].Tag);
        Assert.Same(first, FactCodec.DecodeBatch(bytes, one).Samples[0].Tag);
    }

    [Fact]
    public void A_batch_that_is_refused_in_its_names_leaves_nothing_behind_that_is_taken_for_another()
    {
        byte[] bytes = Encode(SampleBuilder.Batch("plant", 60, SampleBuilder.Sample("P-101.flow", 1, 1), SampleBuilder.Sample("P-101.level", 1, 2)));
        byte[] damaged = [.. bytes];
        damaged[damaged.AsSpan().IndexOf("level"u8)] = 0xFF;
        var names = new TagNames();
        for (int i = 0; i < 6; i++)
        {
            Assert.Throws<FactFormatException>(() => FactCodec.DecodeBatch(damaged, names));
            Assert.Equal("P-101.level", FactCodec.DecodeBatch(bytes, names).Samples[1].Tag);
        }
    }

    static FactBatch Any(Random random)
    {
        string[] tags = [.. Enumerable.Range(0, random.Next(1, 12)).Select(_ => string.Create(CultureInfo.InvariantCulture, $"P-{random.Next(4)}.t{random.Next(5)}"))];
        return SampleBuilder.Batch("plant", 60, [.. Enumerable.Range(0, random.Next(1, 30)).Select(i => SampleBuilder.Sample(tags[random.Next(tags.Length)], i, 1))]);
    }

    static FactBatch WithOtherValues(FactBatch batch, Random random) => batch with
    {
        Samples = [.. batch.Samples.Select(s => s with
        {
            Value = random.Next(8) switch
            {
                0 => TagValue.Of(random.Next() / 7.0),
                1 => TagValue.Of((long)random.Next(100)),
                2 => TagValue.Of("text"),
                3 => TagValue.None,
                _ => TagValue.Of(random.Next(100_000) / 100.0),
            },
            Quality = random.Next(6) == 0 ? Quality.Bad : Quality.Good,
            Server = random.Next(40) == 0 ? new ServerTime(s.Event.UnixNanoseconds + 5) : null,
        })],
    };

    static byte[] Encode(FactBatch batch)
    {
        var buffer = new ArrayBufferWriter<byte>();
        FactCodec.Encode(batch, buffer);
        return buffer.WrittenSpan.ToArray();
    }
}
