using CsCheck;
using EdgeRuntime.Facts;
using Xunit;

namespace EdgeRuntime.Tests.Unit.Facts;

/// <summary>The small values that everything is made of.</summary>
public sealed class ValuesTests
{
    [Theory]
    [InlineData(0, "1970-01-01T00:00:00Z")]
    [InlineData(1, "1970-01-01T00:00:00.000000001Z")]
    [InlineData(-1, "1969-12-31T23:59:59.999999999Z")]
    [InlineData(1_767_225_600_250_000_000, "2026-01-01T00:00:00.25Z")]
    [InlineData(long.MinValue, "1677-09-21T00:12:43.145224192Z")]
    [InlineData(long.MaxValue, "2262-04-11T23:47:16.854775807Z")]
    public void A_time_is_written_without_loss(long nanoseconds, string text)
    {
        Assert.Equal(text, new EventTime(nanoseconds).ToString());
        Assert.Equal(text, new IngestTime(nanoseconds).ToString());
        Assert.Equal(text, new ServerTime(nanoseconds).ToString());
    }

    [Fact]
    public void The_order_of_positions_is_frame_then_index()
    {
        Position[] ordered = [Position.Start, new(1, 0), new(1, 1), new(2, 0), new(10, 0)];
        Assert.Equal(ordered, ordered.Reverse().Order());
        Assert.True(new Position(1, 9) < new Position(2, 0));
        Assert.True(new Position(2, 0) >= new Position(2, 0));
    }

    [Fact]
    public void A_position_reads_back_from_its_text() =>
        Gen.Select(Gen.Long[0, long.MaxValue], Gen.Int[0, int.MaxValue]).Sample((frame, index) =>
        {
            Assert.True(Position.TryParse(new Position(frame, index).ToString(), out Position read));
            Assert.Equal(new Position(frame, index), read);
        }, iter: 1_000);

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("5")]
    [InlineData("5.")]
    [InlineData("-5.0")]
    [InlineData(" 5.0")]
    [InlineData("5.0.0")]
    [InlineData("5.99999999999")]
    public void What_is_not_a_position_is_not_read_as_one(string? text) => Assert.False(Position.TryParse(text, out _));

    [Fact]
    public void A_digest_reads_back_with_and_without_its_prefix()
    {
        Digest digest = Digest.Of("abc"u8);
        Assert.Equal("sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", digest.ToString());
        Assert.True(Digest.TryParse(digest.ToString(), out Digest read));
        Assert.Equal(digest, read);
        Assert.True(Digest.TryParse(digest.Hex, out read));
        Assert.Equal(digest, read);
        Assert.Equal("ba7816bf8f01", digest.Short);
    }

    [Theory]
    [InlineData("sha256:")]
    [InlineData("sha256:BA7816BF8F01CFEA414140DE5DAE2223B00361A396177A9CB410FF61F20015AD")]
    [InlineData("sha512:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")]
    [InlineData("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015a")]
    public void What_is_not_a_digest_is_not_read_as_one(string text) => Assert.False(Digest.TryParse(text, out _));

    [Fact]
    public void No_digest_is_written_as_zeros_and_equals_no_digest()
    {
        Assert.True(Digest.FromBytes(new byte[32]).IsNone);
        Assert.Equal(Digest.None, Digest.FromBytes(new byte[32]));
        Assert.True(Digest.TryParse(Digest.None.ToString(), out Digest read));
        Assert.True(read.IsNone);
    }

    [Fact]
    public void Two_values_are_the_same_when_their_bits_are()
    {
        Assert.NotEqual(TagValue.Of(0.0), TagValue.Of(-0.0));
        Assert.Equal(TagValue.Of(double.NaN), TagValue.Of(double.NaN));
        Assert.NotEqual(TagValue.Of(double.NaN), TagValue.Of(BitConverter.Int64BitsToDouble(0x7FF8_0000_0000_0001)));
        Assert.NotEqual(TagValue.Of(1L), TagValue.Of(true));
        Assert.NotEqual(TagValue.Of(1L), TagValue.Of(1.0));
        Assert.Equal(TagValue.Of("a"), TagValue.Of("a"));
        Assert.NotEqual(TagValue.None, TagValue.Of(""));
    }

    [Fact]
    public void A_value_is_not_read_as_another_kind() =>
        Assert.Throws<InvalidOperationException>(() => TagValue.Of(1L).Double);

    [Fact]
    public void Numbers_integers_and_flags_count_as_numbers_and_nothing_else_does()
    {
        Assert.True(TagValue.Of(2.5).TryNumber(out double number) && number == 2.5);
        Assert.True(TagValue.Of(-3L).TryNumber(out number) && number == -3);
        Assert.True(TagValue.Of(true).TryNumber(out number) && number == 1);
        Assert.False(TagValue.Of("2.5").TryNumber(out _));
        Assert.False(TagValue.None.TryNumber(out _));
    }

    [Theory]
    [InlineData(0x0000_0000u, "Good")]
    [InlineData(0x002F_0000u, "Good")]
    [InlineData(0x408F_0000u, "Uncertain")]
    [InlineData(0x8000_0000u, "Bad")]
    [InlineData(0xC000_0000u, "Bad")]
    public void The_two_top_bits_say_how_good_a_value_is(uint statusCode, string words) =>
        Assert.Equal(words, new Quality(statusCode).ToString());

    [Fact]
    public void A_source_may_not_be_called_like_a_part_of_the_runtime()
    {
        Assert.All([Origins.Clock, Origins.Engine, Origins.Shadow, Origins.Service, Origins.Gaps], name => Assert.True(Origins.IsReserved(name)));
        Assert.False(Origins.IsReserved("plant"));
    }

    [Fact]
    public void A_sample_gives_back_what_it_was_made_of_and_is_another_when_one_part_is()
    {
        var sample = new Sample("L-1.p", new EventTime(1), new ServerTime(2), new IngestTime(3), Quality.Uncertain, TagValue.Of("open"));
        (string tag, EventTime at, ServerTime? server, IngestTime ingest, Quality quality, TagValue value) = sample;
        Assert.Equal(("L-1.p", new EventTime(1), new ServerTime(2), new IngestTime(3), Quality.Uncertain, TagValue.Of("open")), (tag, at, server, ingest, quality, value));
        Sample[] others =
        [
            sample with { Tag = "L-1.q" },
            sample with { Event = new EventTime(9) },
            sample with { Server = new ServerTime(9) },
            sample with { Server = null },
            sample with { Ingest = new IngestTime(9) },
            sample with { Quality = Quality.Good },
            sample with { Value = TagValue.Of("shut") },
            sample with { Value = TagValue.None },
        ];
        Assert.Equal(others.Length, others.Append(sample).Distinct().Count() - 1);
        Assert.Equal(sample, others[0] with { Tag = string.Concat("L-1", ".p") });
        Assert.Equal(sample, others[3] with { Server = new ServerTime(2) });
        Assert.Equal(sample, others[7] with { Value = TagValue.Of("open") });
        Assert.NotEqual(others[3], others[3] with { Server = new ServerTime(0) });
    }

    [Fact]
    public void A_sample_has_a_number_where_its_value_has_one()
    {
        TagValue[] values = [TagValue.Of(-0.0), TagValue.Of(double.NaN), TagValue.Of(long.MinValue), TagValue.Of(true), TagValue.Of("1"), TagValue.None, TagValue.Of(new BlobReference(Digest.None, 1))];
        foreach (TagValue value in values)
        {
            bool has = value.TryNumber(out double expected);
            var sample = new Sample("L-1.p", default, null, default, Quality.Good, value);
            Assert.Equal(has, sample.TryNumber(out double number));
            Assert.Equal(BitConverter.DoubleToInt64Bits(expected), BitConverter.DoubleToInt64Bits(number));
        }
    }
}
