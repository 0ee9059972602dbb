using EdgeRuntime.Facts;
using EdgeRuntime.Settings.Site;
using EdgeRuntime.Telemetry;
using EdgeRuntime.Telemetry.Gaps;
using EdgeRuntime.Tests.Kit;
using Xunit;

namespace EdgeRuntime.Tests.Unit.Telemetry.Gaps;

public sealed class GapLedgerTests
{
    static readonly Digest TagsDigest = Digest.Of("tags"u8);

    readonly List<FactBatch> _journal = [];
    readonly List<Gap> _closed = [];
    readonly GapLedger _ledger;
    TagCatalogue _tags = Catalogue(("P.a", 1), ("P.b", 1), ("P.slow", null));

    public GapLedgerTests() => _ledger = NewLedger();

    [Fact]
    public void A_tag_that_is_silent_for_more_than_three_periods_while_its_source_speaks_has_a_gap_of_unknown_cause()
    {
        Documents();
        for (int second = 0; second < 10; second++)
            Values(second, second is > 2 and < 8 ? ["P.a"] : ["P.a", "P.b"]);

        Assert.Equal([new Gap("plant", "P.b", At(2), At(8), GapCause.Unknown, 0)], _closed);
        Assert.Empty(_ledger.Look().Open);
    }

    [Fact]
    public void Silence_is_open_until_the_next_value()
    {
        Documents();
        Values(0, "P.a", "P.b");
        for (int second = 1; second < 5; second++)
            Values(second, "P.a");

        Assert.Empty(_closed);
        Assert.Equal([new OpenGap("plant", "P.b", At(0), GapCause.Unknown, 0)], _ledger.Look().Open);
    }

    [Fact]
    public void Three_missing_periods_and_tags_without_a_promise_are_no_gap()
    {
        Documents();
        Values(0, "P.a", "P.b", "P.slow");
        Values(1, "P.a");
        Values(2, "P.a");
        Values(3, "P.a", "P.b");
        for (int second = 4; second < 100; second++)
            Values(second, "P.a", "P.b");

        Assert.Empty(_closed);
        Assert.Empty(_ledger.Look().Open);
    }

    [Fact]
    public void Without_the_document_that_promises_a_period_nothing_is_judged()
    {
        Values(0, "P.a", "P.b");
        for (int second = 1; second < 50; second++)
            Values(second, "P.a");

        Assert.Empty(_ledger.Look().Open);
    }

    [Theory]
    [InlineData("down", GapCause.SourceDown)]
    [InlineData("link-down", GapCause.LinkDown)]
    public void An_outage_runs_from_the_last_value_of_the_source_to_the_first_after_and_explains_the_silence_of_its_tags(string word, GapCause cause)
    {
        Documents();
        for (int second = 0; second < 5; second++)
            Values(second, "P.a", "P.b");
        Source(5, "connected", word);
        Assert.Equal([new OpenGap("plant", "", At(4), cause, 0)], _ledger.Look().Open);
        Source(59, word, "connected");
        Values(60, "P.a");
        Values(61, "P.a", "P.b");

        Assert.Equal([new Gap("plant", "", At(4), At(60), cause, 0)], _closed);
        Assert.Empty(_ledger.Look().Open);
    }

    [Fact]
    public void What_was_on_its_way_when_the_line_went_down_moves_the_beginning()
    {
        Documents();
        Values(0, "P.a", "P.b");
        Source(0.5, "connected", "link-down");
        Values(1, "P.a", "P.b");
        Values(2, "P.a", "P.b");
        Source(60, "link-down", "connected");
        Values(60, "P.a", "P.b");

        Assert.Equal([new Gap("plant", "", At(2), At(60), GapCause.LinkDown, 0)], _closed);
    }

    [Fact]
    public void The_first_value_may_be_there_before_the_word_that_the_source_is_back()
    {
        Documents();
        Values(0, "P.a", "P.b");
        Source(1, "connected", "link-down");
        Values(60, "P.a", "P.b");
        Source(60.1, "link-down", "connected");
        Assert.Empty(_ledger.Look().Open);
        Values(61, "P.a", "P.b");

        Assert.Equal([new Gap("plant", "", At(0), At(60), GapCause.LinkDown, 0)], _closed);
        Assert.Empty(_ledger.Look().Open);
    }

    [Fact]
    public void What_the_broker_kept_while_the_line_was_down_leaves_no_gap()
    {
        Documents();
        Values(0, "P.a", "P.b");
        Source(1, "connected", "link-down");
        Source(30, "link-down", "connected");
        for (int second = 1; second <= 30; second++)
            Values(second, 30, "P.a", "P.b");

        Assert.Empty(_closed);
        Assert.Empty(_ledger.Look().Open);
    }

    [Fact]
    public void The_box_was_off_from_the_last_frame_of_the_run_before_to_the_first_value_of_each_tag()
    {
        Documents();
        Values(0, "P.a", "P.b");
        Values(1, "P.a", "P.b");
        Take(new FactBatch { Ingest = SampleBuilder.IngestAt(1.5), Origin = Origins.Service, Facts = [new Audit("service", "stop", "edgeruntime", "", "", "asked to stop")] });
        Start(100);
        Assert.Equal(
            [new OpenGap("plant", "P.a", At(1.5), GapCause.BoxOff, 0), new OpenGap("plant", "P.b", At(1.5), GapCause.BoxOff, 0)],
            _ledger.Look().Open);
        Values(101, "P.a");
        Values(120, "P.a", "P.b");

        Assert.Equal(
            [new Gap("plant", "P.a", At(1.5), At(101), GapCause.BoxOff, 0), new Gap("plant", "P.b", At(1.5), At(120), GapCause.BoxOff, 0)],
            _closed.OrderBy(g => g.Tag, StringComparer.Ordinal).Where(g => g.Cause == GapCause.BoxOff));
    }

    [Fact]
    public void What_the_broker_kept_while_the_box_was_off_leaves_no_gap()
    {
        Documents();
        Values(0, "P.a", "P.b");
        Start(50);
        for (int second = 1; second <= 50; second++)
            Values(second, 50, "P.a", "P.b");

        Assert.Empty(_closed);
        Assert.Empty(_ledger.Look().Open);
    }

    [Fact]
    public void An_outage_that_was_open_ends_where_the_box_went_off()
    {
        Documents();
        Values(0, "P.a", "P.b");
        Source(1, "connected", "link-down");
        Take(SampleBuilder.Tick(20));
        Start(100);
        Values(101, "P.a", "P.b");

        Assert.Equal(
            [new Gap("plant", "", At(0), At(20), GapCause.LinkDown, 0), new Gap("plant", "P.a", At(20), At(101), GapCause.BoxOff, 0), new Gap("plant", "P.b", At(20), At(101), GapCause.BoxOff, 0)],
            _closed);
    }

    [Fact]
    public void Values_that_the_engine_found_unusable_are_one_gap_per_cause_with_their_number()
    {
        for (int second = 0; second < 10; second++)
        {
            Values(second, "P.a", "P.b");
            SampleFault? fault = second switch { 2 or 3 => SampleFault.BadQuality, 4 or 5 or 6 => SampleFault.Stuck, _ => null };
            if (fault is { } found)
                Verdict(_journal.Count, new SampleCheck(1, found));
        }

        Verdict(_journal.Count);
        Assert.Equal(
            [new Gap("plant", "P.b", At(2), At(4), GapCause.BadQuality, 2), new Gap("plant", "P.b", At(4), At(7), GapCause.Quarantined, 3)],
            _closed);
    }

    [Fact]
    public void A_verdict_that_comes_behind_later_values_still_ends_at_the_first_good_one()
    {
        for (int second = 0; second < 10; second++)
            Values(second, "P.a");
        Verdict(3, new SampleCheck(0, SampleFault.OutOfRange));
        Assert.Equal([new OpenGap("plant", "P.a", At(2), GapCause.Quarantined, 1)], _ledger.Look().Open);
        Verdict(10);

        Assert.Equal([new Gap("plant", "P.a", At(2), At(3), GapCause.Quarantined, 1)], _closed);
    }

    [Fact]
    public void Late_and_superseded_values_are_not_missing()
    {
        Values(0, "P.a");
        Verdict(1, new SampleCheck(0, SampleFault.Late));
        Values(1, "P.a");
        Verdict(3, new SampleCheck(0, SampleFault.Superseded));

        Assert.Empty(_ledger.Look().Open);
        Assert.Empty(_closed);
    }

    [Fact]
    public void A_tag_that_no_pipeline_reads_is_judged_by_its_own_quality_once_the_engine_had_its_time()
    {
        Take(SampleBuilder.Batch("plant", 0, SampleBuilder.Sample("X", 0, 1) with { Quality = Quality.Bad }));
        Values(1, "X");
        Assert.Empty(_closed);
        Take(SampleBuilder.Tick(62));

        Assert.Equal([new Gap("plant", "X", At(0), At(1), GapCause.BadQuality, 1)], _closed);
    }

    [Fact]
    public void Messages_of_which_nothing_could_be_taken_are_a_gap_of_their_source_with_their_values()
    {
        Values(0, "P.a");
        Refused(1, "not-json", 4);
        Refused(2, "not-json", 4);
        Assert.Equal([new OpenGap("plant", "", At(0), GapCause.Quarantined, 8)], _ledger.Look().Open);
        Values(3, "P.a");

        Assert.Equal([new Gap("plant", "", At(0), At(3), GapCause.Quarantined, 8)], _closed);
    }

    [Fact]
    public void Received_is_stored_and_refused_whatever_happens_and_whoever_reads_it_again()
    {
        Documents();
        Values(0, "P.a", "P.b");
        Refused(1, "not-json", 4);
        Start(2);
        Refused(3, "overflow", 100);
        Values(4, "P.a", "P.b");

        IntakeAccount account = _ledger.Look().Account;
        Assert.Equal((4, 104, 108), (account.Stored, account.RefusedTotal, account.Received));
        Assert.Equal(4, account.Refused["not-json"]);
        Assert.Contains(_closed, g => g is { Cause: GapCause.Overflow, Values: 100, Tag: "" });
    }

    [Fact]
    public void A_clock_of_1970_or_of_next_month_starts_no_silence()
    {
        Documents();
        Values(0, "P.a", "P.b");
        Values(-1_767_225_600, 1, "P.a");
        Values(30 * 86_400, 1, "P.a");
        Values(1, "P.a", "P.b");

        Assert.Empty(_ledger.Look().Open);
        Assert.Empty(_closed);
    }

    [Fact]
    public void A_tag_that_is_taken_from_the_document_is_no_longer_waited_for()
    {
        Documents();
        Values(0, "P.a", "P.b");
        for (int second = 1; second < 8; second++)
            Values(second, "P.a");
        _tags = Catalogue(("P.a", 1));
        Documents(8);
        Assert.Equal([new Gap("plant", "P.b", At(0), At(7), GapCause.Unknown, 0)], _closed);
        for (int second = 8; second < 50; second++)
            Values(second, "P.a");

        Assert.Empty(_ledger.Look().Open);
    }

    [Fact]
    public void Gaps_that_others_found_are_counted_and_not_said_again()
    {
        var thinned = new Gap("plant", "P.a", At(0), At(10), GapCause.Thinned, 9);
        Take(new FactBatch { Ingest = SampleBuilder.IngestAt(1), Origin = Origins.Service, Facts = [thinned] });

        Assert.Empty(_closed);
        Assert.Equal([new GapTotal("plant", "P.a", GapCause.Thinned, 1, 9, 10_000_000_000)], _ledger.Look().Totals);
    }

    /// <summary>1,000 random histories: the same batches give the same gaps, in one go or brought back at any frame, and the books balance after each.</summary>
    [Fact]
    public void The_same_batches_give_the_same_gaps_and_the_books_balance_after_every_frame()
    {
        for (int seed = 0; seed < 1000; seed++)
        {
            List<FactBatch> history = RandomHistory(seed, out Dictionary<Digest, TagCatalogue> documents);
            GapLedger Fresh() => new(d => documents.GetValueOrDefault(d), frame => history[(int)frame - 1]);
            GapLedger first = Fresh(), again = Fresh();
            var said = new List<Gap>();
            long received = 0;
            for (int i = 0; i < history.Count; i++)
            {
                IReadOnlyList<Gap> closed = first.Take(i + 1, history[i]);
                Assert.Equal(closed, again.Take(i + 1, history[i]));
                said.AddRange(closed);
                if (!Origins.IsReserved(history[i].Origin))
                    received += ArrivalCount.Of(history[i]).Received;
                Assert.Equal(received, first.Look().Account.Received);
            }

            Assert.All(said, g => Assert.True(g.To >= g.From, $"seed {seed}: {g}"));
            Assert.Equal(said.Count, first.Look().Totals.Sum(t => t.Gaps));
            Assert.Equal(first.Look().Open, again.Look().Open);
        }
    }

    internal static List<FactBatch> RandomHistory(int seed, out Dictionary<Digest, TagCatalogue> documents)
    {
        var random = new Random(seed);
        string[] tags = ["P.a", "P.b", "P.slow", "Q.c"];
        string[] words = ["connected", "down", "link-down", "starting", "finished"];
        documents = new() { [TagsDigest] = Catalogue(("P.a", 1), ("P.b", 2), ("P.slow", null)), [Digest.Of("other"u8)] = Catalogue(("P.b", 1), ("Q.c", 1)) };
        var history = new List<FactBatch>();
        double now = 0;
        for (int i = 0; i < 80; i++)
        {
            now += random.Next(8) == 0 ? random.Next(200) : random.NextDouble();
            string source = random.Next(4) == 0 ? "other" : "plant";
            history.Add(random.Next(12) switch
            {
                0 => SampleBuilder.Tick(now),
                1 => Word(now, new Audit("service", "start", "edgeruntime", "", "", "")),
                2 => Word(now, new Audit("service", "document", "tags.yaml", "", documents.Keys.ElementAt(random.Next(2)).ToString(), "")),
                3 => Word(now, new ModeChange("source:" + source, "", words[random.Next(words.Length)], "", "")),
                4 => RefusalOf(source, now, random.Next(2) == 0 ? "overflow" : "not-json", random.Next(5)),
                5 when history.Count > 0 => new FactBatch
                {
                    Ingest = SampleBuilder.IngestAt(now),
                    Origin = Origins.Engine,
                    Facts = [new Validated("P", new Position(random.Next(history.Count) + 1, 0), Digest.None, [new(random.Next(3), (SampleFault)random.Next(1, 10))])],
                },
                _ => SampleBuilder.Batch(source, now, [.. tags.Where(_ => random.Next(3) > 0).Select(t => SampleBuilder.Sample(t, now - (random.Next(10) == 0 ? random.Next(4000) : 0), 1))]),
            });
        }

        return history;
    }

    static TagCatalogue Catalogue(params (string Tag, double? Seconds)[] tags) => new(tags.Select(t =>
        new TagContract(t.Tag, TagType.Double, "", null, null, "") { ExpectEvery = t.Seconds is { } seconds ? TimeSpan.FromSeconds(seconds) : null }));

    static EventTime At(double seconds) => SampleBuilder.At(seconds);

    static FactBatch Word(double seconds, Fact fact) => new() { Ingest = SampleBuilder.IngestAt(seconds), Origin = Origins.Service, Facts = [fact] };

    static FactBatch RefusalOf(string source, double seconds, string rule, int values) => new()
    {
        Ingest = SampleBuilder.IngestAt(seconds),
        Origin = source,
        Facts = [new Refusal { Stage = RefusalStage.Telemetry, Subject = "plant/x", Rule = rule, Sentence = "A sentence.", Values = values }],
    };

    GapLedger NewLedger() => new(d => d == TagsDigest ? _tags : null, frame => _journal[(int)frame - 1]);

    void Documents(double at = -1) => Take(Word(at, new Audit("service", "document", "tags.yaml", "", TagsDigest.ToString(), "start")));

    void Start(double at) => Take(Word(at, new Audit("service", "start", "edgeruntime", "", "", "")));

    void Source(double at, string from, string to) => Take(Word(at, new ModeChange("source:plant", from, to, "service", "A sentence.")));

    void Values(double at, params string[] tags) => Values(at, at, tags);

    void Values(double at, double known, params string[] tags) => Take(SampleBuilder.Batch("plant", known, [.. tags.Select(t => SampleBuilder.Sample(t, at, 1))]));

    void Refused(double at, string rule, int values) => Take(RefusalOf("plant", at, rule, values));

    void Verdict(long frame, params SampleCheck[] faults) => Take(new FactBatch
    {
        Ingest = _journal[^1].Ingest,
        Origin = Origins.Engine,
        Facts = [new Validated("P", new Position(frame, 0), Digest.None, faults)],
    });

    void Take(FactBatch batch)
    {
        _journal.Add(batch);
        _closed.AddRange(_ledger.Take(_journal.Count, batch));
    }
}
