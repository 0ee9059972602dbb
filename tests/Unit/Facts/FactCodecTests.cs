using System.Buffers;
using CsCheck;
using EdgeRuntime.Facts;
using EdgeRuntime.Tests.Kit;
using Xunit;

namespace EdgeRuntime.Tests.Unit.Facts;

public sealed class FactCodecTests
{
    [Fact]
    public void Every_kind_of_fact_can_be_generated() =>
        Assert.Equal(Enum.GetValues<FactKind>(), AnyFact.ByKind.Keys.Order());

    [Fact]
    public void Any_fact_reads_back_as_the_same_bytes() =>
        AnyFact.Facts.Sample(fact =>
        {
            byte[] bytes = FactCodec.Encode(fact);
            Fact read = FactCodec.Decode(bytes);
            Assert.Equal(fact.Kind, read.Kind);
            Assert.Equal(bytes, FactCodec.Encode(read));
        }, iter: 5_000);

    [Fact]
    public void Any_batch_reads_back_with_the_same_samples_and_bytes()
    {
        var names = new TagNames();
        AnyFact.Batches.Sample(batch =>
        {
            byte[] bytes = Encode(batch);
            FactBatch read = FactCodec.DecodeBatch(bytes);
            Assert.Equal(batch.Samples, read.Samples);
            Assert.Equal(bytes, Encode(read));
            lock (names)
                Assert.Equal(bytes, Encode(FactCodec.DecodeBatch(bytes, names)));
        }, iter: 2_000);
    }

    /// <summary>Random bytes are refused with coordinates, or are a fact; no other exception, no giant allocation.</summary>
    [Fact]
    public void Random_bytes_never_do_worse_than_a_refusal() =>
        Gen.Byte.Array[0, 200].Sample(bytes =>
        {
            try
            {
                Assert.Equal(bytes, Encode(FactCodec.DecodeBatch(bytes)));
            }
            catch (FactFormatException e)
            {
                Assert.InRange(e.Offset, 0, bytes.Length);
            }
        }, iter: 20_000);

    [Fact]
    public void A_reader_keeps_one_string_per_tag_name()
    {
        var names = new TagNames();
        byte[] bytes = Encode(SampleBuilder.Batch("plant", 1, SampleBuilder.Sample("P-101.flow", 0, 1), SampleBuilder.Sample("P-101.flow", 1, 2)));
        FactBatch first = FactCodec.DecodeBatch(bytes, names), second = FactCodec.DecodeBatch(bytes, names);
        Assert.Same(first.Samples[0].Tag, first.Samples[1].Tag);
        Assert.Same(first.Samples[0].Tag, second.Samples[0].Tag);
    }

    public static TheoryData<string, Fact> Unreadable => new()
    {
        { "an enum nobody set", new Finding(default, FindingPriority.Low, "journal", "rule", "sentence") },
        { "a rung that does not exist", SomeDecision() with { Refusals = [new RungRefusal((Rung)77, CallOutcome.Failed)] } },
        { "a position before the first", SomeDecision() with { Cause = new Position(-1, 0) } },
        { "text with half a surrogate pair", new Audit("a", "b", "c", "d", "e", "\ud83d") },
        { "a gap outside its vector", SomeVector() with { Gaps = [new FeatureGap(2, FeatureFault.Stale)] } },
    };

    [Theory]
    [MemberData(nameof(Unreadable))]
    public void What_could_not_be_read_back_is_not_written(string why, Fact fact)
    {
        Assert.NotEmpty(why);
        Assert.ThrowsAny<ArgumentException>(() => FactCodec.Encode(fact));
    }

    [Fact]
    public void A_negative_count_is_not_written() =>
        Assert.Throws<OverflowException>(() => FactCodec.Encode(SomeRefusal(payloadBytes: 0) with { Values = -1 }));

    [Fact]
    public void A_sample_with_another_ingest_time_than_its_batch_is_not_written()
    {
        FactBatch batch = SampleBuilder.Batch("plant", 2, SampleBuilder.Sample("P-101.flow", 1, 7));
        batch = batch with { Samples = [batch.Samples[0] with { Ingest = SampleBuilder.IngestAt(1) }] };
        ArgumentException e = Assert.Throws<ArgumentException>(() => Encode(batch));
        Assert.Contains("P-101.flow", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_redelivery_key_that_is_too_long_is_not_written() =>
        Assert.Throws<ArgumentException>(() => Encode(SampleBuilder.Batch("plant", 1) with { Key = new byte[FactCodec.KeyBytesMax + 1] }));

    [Fact]
    public void A_large_payload_is_cut_to_what_quarantine_keeps()
    {
        Refusal refusal = SomeRefusal(payloadBytes: 5000);
        Assert.Equal(Refusal.PayloadBytesMax, refusal.Payload.Length);
        var read = (Refusal)FactCodec.Decode(FactCodec.Encode(refusal));
        Assert.Equal(Refusal.PayloadBytesMax, read.Payload.Length);
        Assert.Equal(5000, read.PayloadLength);
    }

    public static TheoryData<string, byte[], int> Damages => new()
    {
        { "nothing at all", [], 0 },
        { "a kind that does not exist", [99, 1], 1 },
        { "a layout from the future", [1, 2, 0, 0, 0, 0, 0, 0, 0, 0], 2 },
        { "a time cut short", [1, 1, 0, 0, 0], 2 },
        { "a text longer than the bytes that follow", [7, 1, 200, 1, (byte)'a'], 4 },
        { "a text that is not UTF-8", [7, 1, 1, 0xff, 0, 0, 0, 0], 4 },
        { "a length written longer than it needs to be", [7, 1, 0x80, 0, 0, 0, 0, 0], 4 },
        { "a length of more than 64 bits", [7, 1, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 2], 12 },
    };

    [Theory]
    [MemberData(nameof(Damages))]
    public void Damage_is_refused_with_the_place_where_it_shows(string what, byte[] bytes, int offset)
    {
        FactFormatException e = Assert.Throws<FactFormatException>(() => FactCodec.Decode(bytes));
        Assert.True(e.Offset == offset, $"{what}: {e.Message}");
    }

    [Fact]
    public void A_damaged_count_does_not_ask_for_memory()
    {
        // A batch that claims four billion samples and ends there.
        byte[] bytes = [2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0x0f];
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Throws<FactFormatException>(() => FactCodec.DecodeBatch(bytes));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1_000_000);
    }

    static byte[] Encode(FactBatch batch)
    {
        var buffer = new ArrayBufferWriter<byte>();
        FactCodec.Encode(batch, buffer);
        return buffer.WrittenSpan.ToArray();
    }

    static Refusal SomeRefusal(int payloadBytes) => new()
    {
        Stage = RefusalStage.Telemetry,
        Subject = "plant/P-101",
        Rule = "too-large",
        Sentence = "The payload is too large.",
        Values = 1,
        Payload = new byte[payloadBytes],
        PayloadLength = payloadBytes,
    };

    static FeatureVector SomeVector() => new()
    {
        Asset = "P-101",
        At = SampleBuilder.At(1),
        Cause = new Position(1, 0),
        Pipeline = Digest.None,
        Values = [1, 2],
        InputAge = 0,
    };

    static Decision SomeDecision() => new()
    {
        PredictionId = "",
        Asset = "P-101",
        At = SampleBuilder.At(1),
        Cause = new Position(1, 0),
        State = DecisionState.Normal,
        Score = 0,
        Threshold = 1,
        Rung = Rung.Primary,
        Confidence = 1,
        Age = 0,
        Reasons = [],
        Serving = Digest.None,
        Model = Digest.None,
        Pipeline = Digest.None,
        Rules = Digest.None,
        Vector = Digest.None,
        Build = "",
    };
}
