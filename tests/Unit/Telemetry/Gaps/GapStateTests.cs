using System.Buffers;
using EdgeRuntime.Facts;
using EdgeRuntime.Facts.Canonical;
using EdgeRuntime.Settings.Site;
using EdgeRuntime.Telemetry.Gaps;
using Xunit;

namespace EdgeRuntime.Tests.Unit.Telemetry.Gaps;

/// <summary>The ledger's bytes: what goes on from them is what had never stopped.</summary>
public sealed class GapStateTests
{
    /// <summary>500 random histories, each with batches that were written between, stopped and restored at every frame of a random choice.</summary>
    [Fact]
    public void A_restored_ledger_goes_on_as_if_it_had_never_stopped()
    {
        long restored = 0, openAtRestore = 0, unwrittenAtRestore = 0;
        for (int seed = 0; seed < 500; seed++)
        {
            List<FactBatch> history = GapLedgerTests.RandomHistory(seed, out Dictionary<Digest, TagCatalogue> documents);
            var journal = new List<FactBatch>();
            GapLedger never = New(), stopped = New();
            var random = new Random(seed);
            foreach (FactBatch batch in history)
            {
                Take(batch);
                // Written a moment later, as live; sometimes later than others.
                while (random.Next(3) > 0 && never.NextUnwritten(default, 2) is var (key, gaps))
                    Take(new FactBatch { Ingest = batch.Ingest, Origin = Origins.Gaps, Key = key.ToBytes(), Facts = [.. gaps] });
                if (random.Next(4) > 0)
                    continue;
                byte[] bytes = Bytes(stopped);
                var reader = new CanonicalReader(bytes);
                openAtRestore += stopped.Look().Open.Count;
                unwrittenAtRestore += stopped.Unwritten.Count();
                stopped = GapLedger.Restore(ref reader, documents.GetValueOrDefault, InputAt);
                Assert.True(reader.AtEnd);
                Assert.Equal(bytes, Bytes(stopped));
                restored++;
            }

            Assert.Equal(Bytes(never), Bytes(stopped));
            Assert.Equivalent(never.Look(), stopped.Look(), strict: true);

            void Take(FactBatch batch)
            {
                journal.Add(batch);
                Assert.Equal(never.Take(journal.Count, batch), stopped.Take(journal.Count, batch));
                Assert.Equal(never.Unwritten, stopped.Unwritten);
                Assert.Equal(never.Look().Open, stopped.Look().Open);
            }

            FactBatch? InputAt(long frame) => frame <= journal.Count ? journal[(int)frame - 1] : null;
            GapLedger New() => new(documents.GetValueOrDefault, InputAt);
        }

        Assert.True(restored > 5000 && openAtRestore > 5000 && unwrittenAtRestore > 100, $"{restored} {openAtRestore} {unwrittenAtRestore}");
    }

    [Fact]
    public void Bytes_of_another_layout_or_cut_short_are_refused()
    {
        var ledger = new GapLedger(_ => null, _ => null);
        foreach (FactBatch batch in GapLedgerTests.RandomHistory(1, out _))
            ledger.Take(ledger.Frame + 1, batch);
        byte[] bytes = Bytes(ledger);
        for (int length = 0; length < bytes.Length; length++)
            Assert.Throws<FactFormatException>(() => Restore(bytes.AsSpan(0, length)));
        bytes[0]++;
        Assert.Contains("layout", Assert.Throws<FactFormatException>(() => Restore(bytes)).Message, StringComparison.Ordinal);
    }

    static void Restore(ReadOnlySpan<byte> bytes)
    {
        var reader = new CanonicalReader(bytes);
        GapLedger.Restore(ref reader, _ => null, _ => null);
    }

    static byte[] Bytes(GapLedger ledger)
    {
        var bytes = new ArrayBufferWriter<byte>();
        ledger.Save(new CanonicalWriter(bytes));
        return bytes.WrittenSpan.ToArray();
    }
}
