using System.Buffers;
using EdgeRuntime.Facts;
using EdgeRuntime.Tests.Kit;
using Xunit;

namespace EdgeRuntime.Tests.Golden.Facts;

/// <summary>The bytes of facts lie on disks in plants: what was written must stay readable, and must stay the same when written again.</summary>
public sealed class CanonicalBytesTests
{
    const string BatchName = "batch";

    public static TheoryData<string> Kinds => [.. RichFacts.All.Keys];

    public static TheoryData<string> Files => [.. RichFacts.All.Keys, BatchName];

    [Fact]
    public void Every_kind_of_fact_is_frozen()
    {
        FactKind[] frozen = [.. RichFacts.All.Values.Select(f => f.Fact.Kind).Order()];
        Assert.Equal(Enum.GetValues<FactKind>(), frozen);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_fact_has_the_bytes_it_always_had(string name)
    {
        (Fact fact, string comment) = RichFacts.All[name];
        GoldenFile.CheckBytes(PathOf(name), FactCodec.Encode(fact), comment);
    }

    [Fact]
    public void A_batch_has_the_bytes_it_always_had() =>
        GoldenFile.CheckBytes(PathOf(BatchName), EncodeBatch(RichFacts.Batch),
            "FactBatch: a NaN with a payload, an integer, a flag, text, a blob, no value with bad quality,\n" +
            "minus zero with server time and uncertain quality, a time before 1970; then a refusal and a tick.");

    [Theory]
    [MemberData(nameof(Files))]
    public void What_was_written_then_reads_and_writes_back_the_same(string name)
    {
        byte[] frozen = GoldenFile.ReadBytes(PathOf(name));
        Assert.NotEmpty(frozen);
        Assert.Equal(frozen, Again(name, frozen));
    }

    [Fact]
    public void A_frozen_batch_gives_back_every_sample_bit_for_bit()
    {
        FactBatch read = FactCodec.DecodeBatch(GoldenFile.ReadBytes(PathOf(BatchName)));
        Assert.Equal(RichFacts.Batch.Samples, read.Samples);
        Assert.Equal(RichFacts.Batch.Ingest, read.Ingest);
        Assert.Equal(RichFacts.Batch.Origin, read.Origin);
        Assert.Equal(RichFacts.Batch.Key.ToArray(), read.Key.ToArray());
        Assert.Equal(RichFacts.Batch.Facts.Select(FactCodec.Encode), read.Facts.Select(FactCodec.Encode));
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Every_truncation_is_refused(string name)
    {
        byte[] frozen = GoldenFile.ReadBytes(PathOf(name));
        for (int length = 0; length < frozen.Length; length++)
            Assert.Throws<FactFormatException>(() => Again(name, frozen[..length]));
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void A_byte_too_many_is_refused(string name)
    {
        byte[] frozen = GoldenFile.ReadBytes(PathOf(name));
        Assert.Throws<FactFormatException>(() => Again(name, [.. frozen, 0]));
    }

    /// <summary>All 255 other values at every place: none may be read as something that would be written differently.</summary>
    [Theory]
    [MemberData(nameof(Files))]
    public void A_changed_byte_is_refused_or_is_another_fact_with_exactly_these_bytes(string name)
    {
        byte[] bytes = GoldenFile.ReadBytes(PathOf(name));
        int refused = 0, other = 0;
        for (int at = 0; at < bytes.Length; at++)
        {
            byte whole = bytes[at];
            for (int change = 1; change < 256; change++)
            {
                bytes[at] = (byte)(whole ^ change);
                try
                {
                    byte[] again = Again(name, bytes);
                    Assert.True(again.AsSpan().SequenceEqual(bytes), $"Byte {at} changed to 0x{bytes[at]:x2} is read, but written as other bytes.");
                    other++;
                }
                catch (FactFormatException)
                {
                    refused++;
                }
            }

            bytes[at] = whole;
        }

        Assert.Equal(255 * bytes.Length, refused + other);
        Assert.NotEqual(0, refused);
        Assert.NotEqual(0, other);
    }

    static string PathOf(string name) => $"tests/Golden/Facts/{name}.hex";

    static byte[] Again(string name, byte[] bytes) =>
        name == BatchName ? EncodeBatch(FactCodec.DecodeBatch(bytes)) : FactCodec.Encode(FactCodec.Decode(bytes));

    static byte[] EncodeBatch(FactBatch batch)
    {
        var buffer = new ArrayBufferWriter<byte>();
        FactCodec.Encode(batch, buffer);
        return buffer.WrittenSpan.ToArray();
    }
}
