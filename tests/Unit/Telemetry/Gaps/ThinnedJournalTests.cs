using EdgeRuntime.Facts;
using EdgeRuntime.Journal;
using EdgeRuntime.Journal.Retention;
using EdgeRuntime.Settings.Site;
using EdgeRuntime.Telemetry.Gaps;
using EdgeRuntime.Tests.Kit;
using EdgeRuntime.Tests.Unit.Journal.Sealed;
using Xunit;

namespace EdgeRuntime.Tests.Unit.Telemetry.Gaps;

/// <summary>A ledger over a journal of which samples were taken out says what it said when they were there.</summary>
public sealed class ThinnedJournalTests
{
    static readonly Digest Document = Digest.Of("tags"u8);
    static readonly string[] Tags = ["P.a", "P.b", "P.slow", "Q.c"];

    static readonly TagCatalogue Catalogue = new(Tags.Select(t =>
        new TagContract(t, TagType.Double, "", null, null, "") { ExpectEvery = t == "P.slow" ? null : TimeSpan.FromSeconds(t == "P.b" ? 2 : 1) }));

    [Fact]
    public void Thinned_units_give_the_same_gaps_and_the_same_account()
    {
        int thinned = 0, gaps = 0, open = 0;
        for (int seed = 0; seed < 25; seed++)
        {
            (JournalStore store, GapView live) = Lived(seed, out Random random);
            StoredBatch[] before = [.. store.Read()];
            foreach (long unit in store.Units.Select(u => u.Segment).Where(_ => random.Next(4) > 0).ToArray())
                thinned += store.Thin(unit, all: false, CancellationToken.None) is null ? 0 : 1;

            GapView again = ViewOf(store);

            Assert.True(before.Sum(b => b.Batch.Samples.Count) > store.Read().Sum(b => b.Batch.Samples.Count), $"seed {seed}");
            AssertSameBooks(live, again, seed);
            Assert.Equal(Known(live.Open), Known(again.Open));
            gaps += live.Closed.Count;
            open += Known(live.Open).Count;
            SealedJournal.Close(store);
        }

        Assert.True(thinned > 100 && gaps > 1000 && open > 15, $"{thinned} {gaps} {open}");
    }

    [Fact]
    public void Units_without_samples_give_the_same_closed_gaps_and_the_same_account()
    {
        for (int seed = 0; seed < 25; seed++)
        {
            (JournalStore store, GapView live) = Lived(seed, out Random random);
            foreach (long unit in store.Units.Select(u => u.Segment).Where(_ => random.Next(2) > 0).ToArray())
                store.Thin(unit, all: random.Next(2) > 0, CancellationToken.None);

            AssertSameBooks(live, ViewOf(store), seed);
            SealedJournal.Close(store);
        }
    }

    [Fact]
    public void What_retention_says_of_itself_is_all_that_is_new()
    {
        (JournalStore store, GapView live) = Lived(3, out _);
        ThinReport report = store.Thin(store.Units[0].Segment, all: false, CancellationToken.None)!;
        Gap[] said = [.. report.Taken.Select(t => new Gap(t.Source, t.Tag, t.From, new EventTime(t.To.UnixNanoseconds + 1), GapCause.Thinned, t.Values))];
        SealedJournal.Append(store, [new FactBatch { Ingest = SampleBuilder.IngestAt(100_000), Origin = Origins.Service, Facts = said }]);

        GapView again = ViewOf(store);

        Assert.Equal(live.Account.Stored, again.Account.Stored);
        Assert.Equal(live.Closed.Concat(said), again.Closed);
        Assert.Equal(live.Totals, again.Totals.Where(t => t.Cause != GapCause.Thinned));
        SealedJournal.Close(store);
    }

    static void AssertSameBooks(GapView live, GapView again, int seed)
    {
        Assert.Equal(live.Frame, again.Frame);
        Assert.Equal(live.Account.Stored, again.Account.Stored);
        Assert.Equal(live.Account.Refused, again.Account.Refused);
        Assert.True(live.Closed.SequenceEqual(again.Closed), $"seed {seed}: {string.Join('\n', again.Closed.Except(live.Closed).Concat(live.Closed.Except(again.Closed)))}");
        Assert.Equal(live.Totals, again.Totals);
    }

    /// <summary>How many unusable values an open run has, and since when, only its values tell.</summary>
    static List<OpenGap> Known(IReadOnlyList<OpenGap> open) => [.. open.Where(g => g.Tag.Length == 0 || g.Cause is not (GapCause.BadQuality or GapCause.Quarantined))];

    static GapLedger New(JournalStore store) => new(d => d == Document ? Catalogue : null, frame => store.Read(frame).First() is { Thinned: false } input ? input.Batch : null);

    static GapView ViewOf(JournalStore store)
    {
        GapLedger ledger = New(store);
        foreach (StoredBatch stored in store.Read())
            ledger.Take(stored.Frame, stored.Batch, stored.SamplesTaken, stored.Left);
        return ledger.Look();
    }

    /// <summary>A box that runs, stops, loses its source and its tags for a while, and writes what it finds; all but the end is sealed.</summary>
    static (JournalStore Store, GapView View) Lived(int seed, out Random random)
    {
        var journal = new SealedJournal(segmentBytes: 16384);
        JournalStore store = journal.Open();
        GapLedger live = New(store);
        random = new Random(seed);
        long next = 1;
        double now = 0;
        Append(Word(new Audit("service", "document", "tags.yaml", "", Document.ToString(), "start")));
        var silentUntil = new Dictionary<string, double>();
        var badUntil = new Dictionary<string, double>();
        double downUntil = -1;
        // A sensor that dies while what is thinned later was stored.
        (string dead, int deadFrom) = (Tags[random.Next(Tags.Length)], random.Next(100, 900));
        for (int second = 0; second < 900; second++)
        {
            now++;
            if (downUntil < 0 && random.Next(90) == 0)
            {
                downUntil = now + random.Next(1, 60);
                Append(Word(new ModeChange("source:plant", "connected", random.Next(2) == 0 ? "down" : "link-down", "", "")));
            }
            else if (downUntil >= 0 && now > downUntil)
            {
                downUntil = -1;
                Append(Word(new ModeChange("source:plant", "down", "connected", "", "")));
            }
            else if (downUntil < 0 && random.Next(150) == 0)
            {
                now += random.Next(1, 100);
                Append(Word(new Audit("service", "start", "edgeruntime", "", "", "")));
            }

            if (downUntil >= 0)
                continue;
            if (random.Next(40) == 0)
                Append(new FactBatch { Ingest = SampleBuilder.IngestAt(now), Origin = "plant", Facts = [new Refusal { Stage = RefusalStage.Telemetry, Subject = "x", Rule = "not-json", Sentence = "A sentence.", Values = 3 }] });
            foreach (string tag in Tags)
            {
                if (random.Next(60) == 0 && silentUntil.GetValueOrDefault(tag) < double.PositiveInfinity)
                    silentUntil[tag] = now + random.Next(1, 100);
                if (random.Next(80) == 0)
                    badUntil[tag] = now + random.Next(1, 30);
            }

            if (second == deadFrom)
                silentUntil[dead] = double.PositiveInfinity;
            Sample[] samples = [.. Tags.Where(t => now > silentUntil.GetValueOrDefault(t) && (t != "P.slow" || second % 10 == 0)).Select(t =>
                SampleBuilder.Sample(t, now, seed + now) with { Quality = now <= badUntil.GetValueOrDefault(t) ? Quality.Bad : Quality.Good })];
            // Some messages hold one value, some all.
            foreach (Sample[] message in random.Next(2) == 0 ? [samples] : samples.Select(s => new[] { s }).ToArray())
            {
                if (message.Length == 0)
                    continue;
                Append(SampleBuilder.Batch("plant", now, message));
                SampleCheck[] faults = [.. message.Select((s, i) => (s, i)).Where(m => m.s.Quality == Quality.Bad || now % 97 < 5).Select(m => new SampleCheck(m.i, m.s.Quality == Quality.Bad ? SampleFault.BadQuality : SampleFault.Stuck))];
                if (faults.Length > 0)
                    Append(new FactBatch { Ingest = SampleBuilder.IngestAt(now), Origin = Origins.Engine, Facts = [new Validated("P", new Position(next - 1, 0), Digest.None, faults)] });
            }
        }

        SealedJournal.SealAll(store);
        // What runs on behind the sealed part.
        for (int i = 0; i < 80; i++)
        {
            now++;
            Append(SampleBuilder.Batch("plant", now, [.. Tags.Where(t => now > silentUntil.GetValueOrDefault(t)).Select(t => SampleBuilder.Sample(t, now, 1))]));
        }

        Assert.True(store.Units.Count > 3, $"{store.Units.Count} units");
        return (store, live.Look());

        FactBatch Word(Fact fact) => new() { Ingest = SampleBuilder.IngestAt(now), Origin = Origins.Service, Facts = [fact] };

        void Append(FactBatch batch)
        {
            SealedJournal.Append(store, [batch]);
            live.Take(next++, batch);
            while (live.NextUnwritten(default, 2) is var (key, gaps))
            {
                var said = new FactBatch { Ingest = batch.Ingest, Origin = Origins.Gaps, Key = key.ToBytes(), Facts = [.. gaps] };
                SealedJournal.Append(store, [said]);
                live.Take(next++, said);
            }
        }
    }
}
