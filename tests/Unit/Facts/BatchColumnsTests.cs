using System.Buffers;
using CsCheck;
using EdgeRuntime.Facts;
using EdgeRuntime.Facts.Canonical;
using EdgeRuntime.Tests.Kit;
using Xunit;

namespace EdgeRuntime.Tests.Unit.Facts;

/// <summary>The samples of a batch as columns: whatever a plant sends comes back bit for bit, and no other bytes are read.</summary>
public sealed class BatchColumnsTests
{
    static readonly IngestTime s_ingest = SampleBuilder.IngestAt(60);

    static readonly double[] s_oddDoubles =
    [
        double.NaN, BitConverter.Int64BitsToDouble(0x7FF8_0000_0000_0001), BitConverter.Int64BitsToDouble(unchecked((long)0xFFF0_0000_0000_0001)),
        double.PositiveInfinity, double.NegativeInfinity, -0.0, 0.0, double.Epsilon, double.MaxValue, 1.0 / 3, Math.PI, 0.1f, 16777217, 1e15,
        2251799813685247, 2251799813685248, 1e-15, 21.375, 21.37, 21.3, 21, float.MaxValue, float.Epsilon,
    ];

    static readonly Gen<double> s_doubles = Gen.OneOf(
        Gen.Int[0, s_oddDoubles.Length - 1].Select(i => s_oddDoubles[i]),
        Gen.Select(Gen.Int[-5000, 5000], Gen.Int[0, 4], (m, scale) => DecimalForm.Value(m, scale)),
        Gen.Select(Gen.Int[-5000, 5000], Gen.Int[0, 4], (m, scale) => DecimalForm.Value(m, scale)),
        Gen.Float.Select(f => (double)f),
        Gen.Double[-1, 1],
        Gen.Long.Select(BitConverter.Int64BitsToDouble));

    static readonly Gen<TagValue> s_values = Gen.OneOf(
        s_doubles.Select(TagValue.Of),
        s_doubles.Select(TagValue.Of),
        s_doubles.Select(TagValue.Of),
        Gen.OneOf(Gen.Long[-10, 10], Gen.Long).Select(TagValue.Of),
        Gen.Bool.Select(TagValue.Of),
        Gen.Int[0, 2].Select(i => TagValue.Of(i == 0 ? "" : i == 1 ? "RUNNING" : "Kühlung ☃")),
        Gen.Select(Gen.Byte.Array[32], Gen.Long, (b, size) => TagValue.Of(new BlobReference(Digest.FromBytes(b), size))),
        Gen.Const(TagValue.None));

    static readonly string[] s_tags =
    [
        "P-101.flow", "P-101.pressure", "P-102.flow", "P-102.pressure", "plant/line-1/P-103.flow", "flow", "", ".", "a.", "Kühlung/☃", "Kühlung/☂",
    ];

    // Few tags, steps of a second now and then, mostly good: what makes runs, repeats and changes of class.
    static readonly Gen<Sample> s_samples =
        from tag in Gen.Int[0, s_tags.Length - 1]
        from at in Gen.OneOf(Gen.Long[0, 3].Select(s => s * 1_000_000_000), Gen.Long[0, 50].Select(ms => ms * 1_000_000), Gen.Long[0, 9].Select(us => us * 1000), Gen.Long)
        from server in Gen.Int[0, 3]
        from quality in Gen.Int[0, 9]
        from value in s_values
        select new Sample(
            s_tags[tag], new EventTime(at), server == 0 ? new ServerTime(at + quality) : null, s_ingest,
            quality == 0 ? new Quality(0x8000_0000) : Quality.Good, value);

    static readonly Gen<FactBatch> s_batches = s_samples.Array[0, 60].Select(samples =>
        new FactBatch { Ingest = s_ingest, Origin = "plant", Samples = samples });

    [Fact]
    public void Whatever_a_plant_sends_comes_back_bit_for_bit_and_in_order() =>
        s_batches.Sample(batch =>
        {
            byte[] bytes = Encode(batch);
            FactBatch read = FactCodec.DecodeBatch(bytes, new TagNames());
            Assert.True(batch.Samples.SequenceEqual(read.Samples));
            Assert.Equal(bytes, Encode(read));
        }, iter: 3_000);

    [Fact]
    public void One_changed_byte_is_refused_or_is_another_batch_with_exactly_these_bytes() =>
        Gen.Select(s_batches, Gen.Int[0, int.MaxValue], Gen.Byte).Sample((batch, where, change) =>
        {
            byte[] bytes = Encode(batch);
            bytes[where % bytes.Length] ^= change;
            ReadsAsItselfOrNotAtAll(bytes);
        }, iter: 10_000);

    [Fact]
    public void Bytes_moved_cut_and_doubled_are_refused_or_are_a_batch_with_exactly_these_bytes() =>
        Gen.Select(s_batches, Gen.Int[0, int.MaxValue], Gen.Int[0, int.MaxValue], Gen.Int[0, 12]).Sample((batch, a, b, length) =>
        {
            byte[] bytes = Encode(batch);
            int from = a % bytes.Length;
            int to = b % bytes.Length;
            byte[] moved = bytes[from..Math.Min(bytes.Length, from + length)];
            ReadsAsItselfOrNotAtAll([.. bytes[..to], .. moved, .. bytes[to..]]);
            ReadsAsItselfOrNotAtAll([.. bytes[..to], .. bytes[Math.Min(bytes.Length, to + length)..]]);
        }, iter: 10_000);

    [Fact]
    public void Random_columns_never_do_worse_than_a_refusal()
    {
        byte[] head = Encode(new FactBatch { Ingest = s_ingest, Origin = "" })[..^2];
        Gen.Byte[0, 12].Array[0, 80].Sample(bytes => ReadsAsItselfOrNotAtAll([.. head, .. bytes]), iter: 10_000);
    }

    [Fact]
    public void The_bytes_do_not_depend_on_the_batches_before()
    {
        FactBatch[] batches = s_batches.Array[50].Single();
        byte[][] once = [.. batches.Select(Encode)];
        byte[][] inAnotherOrder = [.. batches.Reverse().Select(batch => new ColumnWriter().Write(batch.Samples.ToArray(), s_ingest).ToArray())];
        for (int i = 0; i < batches.Length; i++)
            Assert.True(once[i].AsSpan().IndexOf(inAnotherOrder[^(i + 1)]) > 0);
    }

    [Fact]
    public void A_decimal_that_ends_in_zero_does_not_change_the_scale_of_its_tag()
    {
        int plain = Encode(Wave(i => Math.Round(21.111 + (0.001 * (i % 7)), 3))).Length;
        int withZeros = Encode(Wave(i => Math.Round(21.117 + (0.001 * (i % 7)), 3))).Length;

        Assert.InRange(withZeros, plain - 8, plain + 8);
    }

    [Fact]
    public void A_value_that_is_missing_once_costs_a_few_bytes_and_not_the_rest_of_the_batch()
    {
        FactBatch whole = Wave(i => Math.Round(21.1 + (0.001 * (i % 7)), 3));
        var samples = (Sample[])whole.Samples;
        int before = Encode(whole).Length;
        samples[50] = samples[50] with { Value = TagValue.Of(double.NaN) };
        samples[70] = samples[70] with { Value = TagValue.None };

        Assert.InRange(Encode(whole).Length, before, before + 30);
    }

    [Fact]
    public void Two_hundred_tags_of_a_plant_take_less_than_five_bytes_a_value()
    {
        var random = new Random(3);
        Sample[] samples =
        [
            .. from scan in Enumerable.Range(0, 3)
               from pump in Enumerable.Range(101, 20)
               from tag in Enumerable.Range(0, 10)
               select new Sample($"P-{pump}.measurement-{tag}", SampleBuilder.At(scan), null, s_ingest, Quality.Good,
                   TagValue.Of(Math.Round(50 + random.NextDouble(), tag % 4))),
        ];
        byte[] bytes = Encode(new FactBatch { Ingest = s_ingest, Origin = "plant", Samples = samples });

        Assert.InRange(bytes.Length, 0, 5 * samples.Length);
    }

    [Fact]
    public void Writing_allocates_nothing_per_value()
    {
        FactBatch batch = Wave(i => i * 0.1);
        var buffer = new ArrayBufferWriter<byte>(1 << 16);
        for (int warm = 0; warm < 3; warm++)
            FactCodec.Encode(batch, buffer);
        // A collection in between may empty the pool that the columns come from; one round without is the steady path.
        long least = long.MaxValue;
        for (int round = 0; round < 5 && least > 0; round++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < 50; i++)
            {
                buffer.ResetWrittenCount();
                FactCodec.Encode(batch, buffer);
            }

            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        Assert.Equal(0, least);
    }

    [Fact]
    public async Task Several_threads_write_and_read_at_the_same_time()
    {
        FactBatch[] batches = [.. Enumerable.Range(0, 20).Select(n => Wave(i => (i * n * 0.01) + n))];
        byte[][] alone = [.. batches.Select(Encode)];
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() =>
        {
            for (int round = 0; round < 50; round++)
            {
                for (int i = 0; i < batches.Length; i++)
                {
                    Assert.Equal(alone[i], Encode(batches[i]));
                    Assert.Equal(batches[i].Samples, FactCodec.DecodeBatch(alone[i]).Samples);
                }
            }
        })));
    }

    [Fact]
    public void More_samples_than_a_batch_may_carry_are_not_written()
    {
        var samples = new Sample[FactCodec.SamplesMax + 1];
        ArgumentException e = Assert.Throws<ArgumentException>(() => Encode(new FactBatch { Ingest = s_ingest, Origin = "plant", Samples = samples }));
        Assert.Contains("at most 1048576 samples", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_tag_name_with_half_a_surrogate_pair_is_not_written_and_the_next_batch_is()
    {
        Assert.ThrowsAny<ArgumentException>(() => Encode(SampleBuilder.Batch("plant", 60, SampleBuilder.Sample("P-101.\ud83d", 1, 1))));
        Assert.NotEmpty(Encode(Wave(i => i)));
    }

    [Fact]
    public void A_tag_name_that_is_not_utf8_is_refused()
    {
        byte[] bytes = Encode(SampleBuilder.Batch("plant", 60, SampleBuilder.Sample("P-101.flow", 1, 1)));
        int at = bytes.AsSpan().IndexOf("flow"u8);
        bytes[at] = 0xff;
        FactFormatException e = Assert.Throws<FactFormatException>(() => FactCodec.DecodeBatch(bytes, new TagNames()));
        Assert.Contains("UTF-8", e.Message, StringComparison.Ordinal);
    }

    static FactBatch Wave(Func<int, double> value) => new()
    {
        Ingest = s_ingest,
        Origin = "plant",
        Samples = Enumerable.Range(0, 100).Select(i => new Sample("P-101.flow", SampleBuilder.At(i), null, s_ingest, Quality.Good, TagValue.Of(value(i)))).ToArray(),
    };

    static void ReadsAsItselfOrNotAtAll(byte[] bytes)
    {
        FactBatch read;
        try
        {
            read = FactCodec.DecodeBatch(bytes);
        }
        catch (FactFormatException refused)
        {
            Assert.InRange(refused.Offset, 0, bytes.Length);
            return;
        }

        byte[] again = Encode(read);
        Assert.True(again.AsSpan().SequenceEqual(bytes), $"{Convert.ToHexString(bytes)} is read, but written as {Convert.ToHexString(again)}");
    }

    static byte[] Encode(FactBatch batch)
    {
        var buffer = new ArrayBufferWriter<byte>();
        FactCodec.Encode(batch, buffer);
        return buffer.WrittenSpan.ToArray();
    }
}
