using EdgeRuntime.Facts;
using EdgeRuntime.Hmi;
using EdgeRuntime.Hmi.Floor;
using EdgeRuntime.Hmi.Live;
using EdgeRuntime.Journal;
using EdgeRuntime.Tests.Kit;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace EdgeRuntime.Tests.Unit.Hmi;

public sealed class FloorViewTests
{
    static readonly HmiOptions Options = new()
    {
        SiteName = "Line 2",
        Assets =
        [
            new("P-101", "Feed pump", "", [new("P-101.flow", "Flow", "m³/h", 0, 100), new("header.pressure", "Header", "bar", 0, 10)], ["flow.mean", "flow.std"]),
            new("P-102", "Feed pump", "", [new("header.pressure", "Header", "bar", 0, 10)], []),
        ],
        HistoryPointsPerSignal = 100,
        RebuildFramesMax = 50,
    };

    readonly FakeTimeProvider _time = new(DateTimeOffset.UnixEpoch.AddTicks(SampleBuilder.At(10).UnixNanoseconds / 100));
    readonly FloorView _floor;
    long _frame;

    public FloorViewTests() => _floor = View(Options);

    [Fact]
    public void A_signal_shows_the_sample_that_arrived_last_with_its_age()
    {
        Apply(Samples(1, ("P-101.flow", 60)), Samples(4, ("P-101.flow", 61.5)));
        SignalSnapshot flow = _floor.Look().Assets[0].Signals[0];
        Assert.Equal(61.5, flow.Newest!.Value.Value.Double);
        PanelFrame frame = PanelWriter.Write(_floor.Look(), Options);
        Assert.Equal("61.5", frame.Text["P-101.s0.value"]);
        Assert.Equal("6.0\u202fs", frame.Text["P-101.s0.age"]);
        Assert.Equal(0.615, frame.Share["P-101.s0"]);
    }

    [Fact]
    public void A_tag_that_two_assets_share_is_shown_at_both()
    {
        Apply(Samples(1, ("header.pressure", 4)));
        FloorSnapshot now = _floor.Look();
        Assert.Equal(4, now.Assets[0].Signals[1].Newest!.Value.Value.Double);
        Assert.Equal(4, now.Assets[1].Signals[0].Newest!.Value.Value.Double);
    }

    [Fact]
    public void An_answer_ages_from_its_oldest_input_to_now()
    {
        Apply(Facts(6, Decisions.Of("P-101", 6, DecisionState.Normal, 1.5)));
        PanelFrame frame = PanelWriter.Write(_floor.Look(), Options);
        Assert.Equal("4.1\u202fs", frame.Text["P-101.age"]);
        Assert.Equal("Model", frame.Text["P-101.rung"]);
        Assert.Equal("93\u202f%", frame.Text["P-101.confidence"]);
        Assert.Equal("0.50 × limit", frame.Text["P-101.ratio"]);
        Assert.Equal(0.25, frame.Share["P-101.score"]);
        Assert.Equal("flow.std", frame.Text["P-101.c0.name"]);
        Assert.Equal("none", frame.Mark["P-102"]);
    }

    [Fact]
    public void An_answer_that_nobody_renewed_is_called_old_and_not_normal()
    {
        Apply(Facts(9, Decisions.Of("P-101", 9, DecisionState.Normal, 1.5)));
        _time.Advance(TimeSpan.FromSeconds(45));
        PanelFrame frame = PanelWriter.Write(_floor.Look(), Options);
        Assert.Equal("old", frame.Mark["P-101"]);
        Assert.Equal("nothing for 46\u202fs; it was normal", frame.Text["P-101.for"]);
    }

    [Theory]
    [InlineData(0x8000_0000, "bad", "bad")]
    [InlineData(0x4000_0000, "uncertain", "uncertain")]
    [InlineData(0x0000_0000, "good", "")]
    public void The_quality_of_a_value_stands_beside_it(uint quality, string mark, string word)
    {
        Sample sample = SampleBuilder.Sample("P-101.flow", 9, 60) with { Quality = new Quality(quality) };
        Apply(SampleBuilder.Batch("plant", 9, sample));
        PanelFrame frame = PanelWriter.Write(_floor.Look(), Options);
        Assert.Equal(mark, frame.Mark["P-101.s0"]);
        Assert.Equal(word, frame.Text["P-101.s0.word"]);
    }

    [Fact]
    public void A_bad_value_is_a_gap_in_the_trend()
    {
        Apply(SampleBuilder.Batch("plant", 9, SampleBuilder.Sample("P-101.flow", 9, 60) with { Quality = Quality.Bad }, SampleBuilder.Sample("P-101.flow", 9, double.NaN)));
        Assert.True(_floor.TryRead("P-101", a => a.Signals[0].Points.Count, out int points));
        Assert.Equal(0, points);
    }

    [Fact]
    public void Answers_are_counted_by_rung_over_the_last_hundred()
    {
        for (int i = 0; i < 120; i++)
            Apply(Facts(i / 100.0, Decisions.Of("P-101", i / 100.0, DecisionState.Normal, 1, i < 90 ? Rung.Primary : Rung.Rules)));
        Assert.Equal([(Rung.Primary, 70), (Rung.Rules, 30)], _floor.Look().Assets[0].Answers);
    }

    [Fact]
    public void The_active_release_its_signature_and_its_breaker_are_shown()
    {
        Apply(Facts(1, Activation("P-101", "pump-anomaly 3.2.0", signed: false)), Facts(2, new ModeChange("breaker:P-101/primary", "closed", "open", "breaker", "5 of 8 calls failed")));
        PanelFrame frame = PanelWriter.Write(_floor.Look(), Options);
        Assert.Equal("pump-anomaly 3.2.0", frame.Text["P-101.primary.title"]);
        Assert.Equal("Not signed", frame.Text["P-101.primary.signed"]);
        Assert.Equal("open", frame.Text["P-101.primary.breaker"]);
    }

    [Fact]
    public void Without_an_intake_the_counts_come_from_the_journal_alone()
    {
        Apply(Samples(1, ("P-101.flow", 1), ("elsewhere", 2)), Facts(2, Refused("not-json", 5), Refused("unknown-tag", 2), Refused("not-json", 1)));
        ReconciliationLine line = _floor.Look().Reconciliation;
        Assert.Equal((10, 2, 8), (line.Received, line.Stored, line.Accounted));
        Assert.Equal(6, line.ByCause["not-json"]);
    }

    [Fact]
    public void A_view_that_is_rebuilt_from_the_journal_shows_what_the_old_one_showed()
    {
        StoredBatch[] past = [.. Enumerable.Range(0, 40).SelectMany(i => new[]
        {
            Samples(i / 5.0, ("P-101.flow", i), ("header.pressure", i / 10.0)),
            Facts(i / 5.0, Decisions.Of("P-101", i / 5.0, i % 7 > 4 ? DecisionState.Anomaly : DecisionState.Normal, i)),
        }).Select((batch, i) => new StoredBatch(i + 1, batch))];
        FloorView again = View(Options);
        foreach (StoredBatch stored in past)
        {
            _floor.Apply(stored);
            again.Apply(stored);
        }

        PanelFrame first = PanelWriter.Write(_floor.Look(), Options);
        PanelFrame second = PanelWriter.Write(again.Look(), Options);
        Assert.Equal(first.Text, second.Text);
        Assert.Equal(first.Line, second.Line);
        Assert.Equal("39", first.Text["P-101.s0.value"].Split('.')[0]);
    }

    [Fact]
    public async Task Following_starts_no_further_back_than_the_options_allow_and_ends_when_asked()
    {
        var journal = new ShortJournal(80);
        using var stop = new CancellationTokenSource();
        journal.AtEnd = stop.Cancel;
        await _floor.FollowAsync(journal, stop.Token);
        Assert.Equal(31, journal.AskedFrom);
        Assert.Equal(80, _floor.Frame);
        Assert.Null(_floor.Look().Trouble);
    }

    [Fact]
    public async Task A_corrupt_journal_is_said_on_every_screen()
    {
        var journal = new ShortJournal(3) { AtEnd = () => throw new JournalCorruptException("0001", 4096, 4, "the checksum disagrees") };
        await _floor.FollowAsync(journal, TestContext.Current.CancellationToken);
        Assert.Contains("frame 3", _floor.Look().Trouble, StringComparison.Ordinal);
        Assert.Contains("the checksum disagrees", PanelWriter.Write(_floor.Look(), Options).Text["trouble"], StringComparison.Ordinal);
    }

    [Fact]
    public void Options_that_break_a_rule_are_refused_with_every_sentence_at_once()
    {
        HmiOptions wrong = Options with { PanelPxPerMm = double.NaN, FramePeriod = TimeSpan.FromSeconds(5), Assets = [Options.Assets[0], Options.Assets[0]] };
        string message = Assert.Throws<ArgumentException>(() => View(wrong)).Message;
        Assert.Contains("PanelPxPerMm is NaN", message, StringComparison.Ordinal);
        Assert.Contains("FramePeriod is 5000 ms", message, StringComparison.Ordinal);
        Assert.Contains("Assets holds 'P-101' twice", message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_tail_gives_each_point_once_and_keeps_the_extremes_of_a_flood()
    {
        HmiOptions roomy = Options with { HistoryPointsPerSignal = 10_000 };
        FloorView floor = View(roomy);
        var cursor = new TrendCursor(floor, "P-101");
        floor.Apply(new StoredBatch(1, Samples(1, ("P-101.flow", 5))));
        Assert.Equal([5.0], cursor.Advance()!.Series[0].V);
        Assert.Empty(cursor.Advance()!.Series[0].V);
        FactBatch flood = SampleBuilder.Batch("plant", 2, [.. Enumerable.Range(0, 5_000).Select(i => SampleBuilder.Sample("P-101.flow", 2 + i / 1e4, i == 3_333 ? 99 : i == 77 ? -3 : 50 + i % 2))]);
        floor.Apply(new StoredBatch(2, flood));
        TailSeries tail = cursor.Advance()!.Series[0];
        Assert.InRange(tail.V.Count, 2, 64);
        Assert.Equal((-3.0, 99.0), (tail.V.Min(), tail.V.Max()));
    }

    void Apply(params FactBatch[] batches)
    {
        foreach (FactBatch batch in batches)
            _floor.Apply(new StoredBatch(++_frame, batch));
    }

    FloorView View(HmiOptions options) => new(options, _time, NullLogger<FloorView>.Instance);

    static FactBatch Samples(double seconds, params (string Tag, double Value)[] values) =>
        SampleBuilder.Batch("plant", seconds, [.. values.Select(v => SampleBuilder.Sample(v.Tag, seconds, v.Value))]);

    static FactBatch Facts(double seconds, params Fact[] facts) => new() { Ingest = SampleBuilder.IngestAt(seconds), Origin = Origins.Engine, Facts = facts };

    static Refusal Refused(string rule, int values) => new() { Stage = RefusalStage.Telemetry, Subject = "plant/x", Rule = rule, Sentence = "A sentence.", Values = values };

    static Activation Activation(string asset, string release, bool signed) => new()
    {
        Asset = asset,
        Role = ArmRole.Primary,
        Release = release,
        Serving = Digest.Of("s"u8),
        Pipeline = Digest.Of("p"u8),
        Rules = Digest.None,
        Site = Digest.None,
        Signed = signed,
        Build = "0.1.0",
        Environment = "test",
        Who = "test",
        Why = "start",
    };

    /// <summary>So many ticks, and then what <see cref="AtEnd"/> does.</summary>
    sealed class ShortJournal(long frames) : IJournal
    {
        internal Action AtEnd { get; set; } = () => { };

        internal long AskedFrom { get; private set; }

        public long FirstFrame => 1;

        public long LastFrame => frames;

        public long FrameAt(IngestTime time) => throw new InvalidOperationException("The view follows.");

        public Task<long> AppendAsync(FactBatch batch) => throw new InvalidOperationException("A screen never writes.");

        public IEnumerable<StoredBatch> Read(long fromFrame = 1) => throw new InvalidOperationException("The view follows.");

        public async IAsyncEnumerable<StoredBatch> FollowAsync(long fromFrame, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken stop)
        {
            AskedFrom = fromFrame;
            for (long frame = fromFrame; frame <= frames; frame++)
                yield return new StoredBatch(frame, SampleBuilder.Tick(frame));
            AtEnd();
            await Task.Yield();
            stop.ThrowIfCancellationRequested();
        }
    }
}
