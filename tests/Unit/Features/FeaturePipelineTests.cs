using EdgeRuntime.Facts;
using EdgeRuntime.Features;
using EdgeRuntime.Journal;
using Xunit;
using static EdgeRuntime.Tests.Kit.SampleBuilder;
using static EdgeRuntime.Tests.Unit.Features.Pipelines;

namespace EdgeRuntime.Tests.Unit.Features;

public sealed class FeaturePipelineTests
{
    const string MeanOfTen = "- {name: m, op: mean, of: x, window: PT10S}\n- {name: n, op: count, of: x, window: PT10S}";

    static FactBatch X(double at, double value, string source = Source, double? ingest = null) => Batch(source, ingest ?? at, Sample("a.x", at, value));

    [Fact]
    public void A_vector_is_out_when_a_later_time_was_seen_and_not_before()
    {
        List<FeatureVector> one = Vectors(Yaml(MeanOfTen), X(1, 4));
        List<FeatureVector> two = Vectors(Yaml(MeanOfTen), X(1, 4), X(1, 6), X(2, 8));
        Assert.Empty(one);
        FeatureVector vector = Assert.Single(two);
        Assert.Equal(At(1), vector.At);
        Assert.Equal(6, vector.Values[0]);
        Assert.Equal(new Position(3, 0), vector.Cause);
    }

    [Fact]
    public void A_late_sample_does_not_change_what_the_model_would_have_seen_then()
    {
        FactBatch[] batches = [X(1, 1), X(2, 2), X(4, 4), X(5, 5), X(3, 30), X(6, 6), X(7, 7)];
        List<Fact> facts = Run(Read(Yaml(MeanOfTen)), Stored(batches));
        List<FeatureVector> vectors = [.. facts.OfType<FeatureVector>()];

        // Then: 1 2 4; the sample of second 3 was not known when 4 went out.
        Assert.Equal([1, 2, 4, 5, 6], vectors.Select(v => (v.At.UnixNanoseconds - Epoch.UnixNanoseconds) / 1e9));
        Assert.Equal((float)(7 / 3.0), vectors[2].Values[0]);
        // From its arrival on it is in every window that it lies in.
        Assert.Equal((float)(48 / 6.0), vectors[4].Values[0]);
        Validated validated = Assert.Single(facts.OfType<Validated>());
        Assert.Equal([new SampleCheck(0, SampleFault.Late)], validated.Faults);
        Assert.Equal(new Position(5, 0), validated.Input);
    }

    [Fact]
    public void A_window_ends_at_the_moment_and_opens_after_its_length()
    {
        List<FeatureVector> vectors = Vectors(Yaml(MeanOfTen), X(0, 100), X(10, 2), X(11, 9));
        Assert.Equal([1f, 1f], vectors.Select(v => v.Values[1]));
        Assert.Equal(2, vectors[1].Values[0]);
    }

    [Fact]
    public void A_grid_stands_on_the_unix_epoch()
    {
        List<FeatureVector> vectors = Vectors(Yaml(MeanOfTen, "{every: PT2S}"), X(0.5, 1), X(1.5, 2), X(4.5, 3), X(6.1, 4));
        Assert.Equal([At(2), At(4), At(6)], vectors.Select(v => v.At));
        Assert.Equal([2f, 2f, 3f], vectors.Select(v => v.Values[1]));
    }

    [Fact]
    public void The_lateness_waits_for_stragglers()
    {
        string yaml = Yaml(MeanOfTen, more: "lateness: PT2S");
        List<FeatureVector> vectors = Vectors(yaml, X(1, 1), X(3, 3), X(2, 2), X(3.5, 5), X(5.1, 0));
        Assert.Equal([At(1), At(2), At(3)], vectors.Select(v => v.At));
        Assert.Equal([1f, 2f, 3f], vectors.Select(v => v.Values[1]));
    }

    [Fact]
    public void The_slowest_source_that_still_moves_holds_the_windows_open()
    {
        string yaml = Yaml("- {name: x, op: last, of: x}\n- {name: y, op: last, of: y}", inputs: "- {signal: x}\n- {signal: y}");
        FactBatch Y(double at) => Batch("other", at, Sample("a.y", at, at));
        FactBatch[] batches = [X(1, 1), Y(1), X(2, 2), X(3, 3), X(4, 4)];
        Assert.Empty(Vectors(yaml, batches));
        Assert.Equal([At(1), At(2)], Vectors(yaml, [.. batches, Y(3)]).Select(v => v.At));
    }

    [Fact]
    public void A_source_that_is_silent_for_long_by_ticks_is_no_longer_waited_for()
    {
        string yaml = Yaml("- {name: x, op: last, of: x}\n- {name: y, op: age, of: y}", inputs: "- {signal: x}\n- {signal: y}");
        FactBatch Y(double at) => Batch("other", at, Sample("a.y", at, at));
        FactBatch[] batches = [X(1, 1), Y(1), X(3, 3), X(5.5, 4), X(6.5, 7)];
        Assert.Empty(Vectors(yaml, [.. batches, Tick(5.9)]));
        // The other source was last heard at 1; at 6.2 that is longer than 5 s, and 5.5 is complete since 6.5 was seen.
        List<FeatureVector> vectors = Vectors(yaml, [.. batches, Tick(6.2)]);
        Assert.Equal([At(1), At(3), At(5.5)], vectors.Select(v => v.At));
        Assert.Equal([0f, 2f, 4.5f], vectors.Select(v => v.Values[1]));
    }

    [Fact]
    public void In_silence_windows_go_on_closing_by_ticks_even_for_a_recording_of_long_ago()
    {
        string yaml = Yaml("- {name: n, op: count, of: x, window: PT3S}\n- {name: age, op: age, of: x}", "{every: PT1S}");
        const double Ago = 100_000_000;
        List<FeatureVector> vectors = Vectors(yaml, X(-Ago, 1, ingest: 0), X(1 - Ago, 1, ingest: 0.01), Tick(3), Tick(5.5), Tick(7.5));
        Assert.Equal(Enumerable.Range(0, 9).Select(i => At(i - Ago)), vectors.Select(v => v.At));
        Assert.Equal([1f, 2, 2, 1, 0, 0, 0, 0, 0], vectors.Select(v => v.Values[0]));
        Assert.Equal([0f, 0, 1, 2, 3, 4, 5, 6, 7], vectors.Select(v => v.Values[1]));
        Assert.Equal(FeatureFaultsOf(vectors[8]), []);
    }

    [Fact]
    public void A_tick_completes_an_event_time_and_never_invents_one()
    {
        List<FeatureVector> vectors = Vectors(Yaml(MeanOfTen), X(1, 1), X(2, 2), Tick(4), Tick(8), Tick(20), Tick(40));
        Assert.Equal([At(1), At(2)], vectors.Select(v => v.At));
        Assert.Equal(new Position(4, 0), vectors[1].Cause);
    }

    [Fact]
    public void Without_any_sample_there_is_no_vector()
    {
        Assert.Empty(Vectors(Yaml(MeanOfTen, "{every: PT1S}"), Tick(1), Tick(100), Batch(Source, 101, Sample("a.other", 101, 1)), Tick(200)));
    }

    [Fact]
    public void A_hole_of_more_than_sixty_empty_vectors_is_stepped_over()
    {
        string yaml = Yaml(MeanOfTen, "{every: PT1S}");
        List<FeatureVector> small = Vectors(yaml, X(0.5, 1), X(60.5, 2), X(62, 2));
        List<FeatureVector> large = Vectors(yaml, X(0.5, 1), X(63.5, 2), X(66, 2));
        Assert.Equal(61, small.Count);
        Assert.Equal([At(1), At(64), At(65)], large.Select(v => v.At));
    }

    [Fact]
    public void Two_values_for_one_time_the_later_arrival_is_used_and_the_earlier_is_said_to_be_superseded()
    {
        FactBatch both = Batch(Source, 1, Sample("a.x", 1, 10), Sample("a.x", 1, 20));
        List<Fact> facts = Run(Read(Yaml(MeanOfTen)), Stored(both, X(2, 1)));
        FeatureVector vector = Assert.Single(facts.OfType<FeatureVector>());
        Assert.Equal([20f, 1f], vector.Values);
        Assert.Equal([new SampleCheck(0, SampleFault.Superseded)], Assert.Single(facts.OfType<Validated>()).Faults);
    }

    [Fact]
    public void The_input_age_is_that_of_the_oldest_signal_and_unknown_while_one_has_nothing()
    {
        string yaml = Yaml("- {name: x, op: last, of: x}", inputs: "- {signal: x}\n- {signal: y}");
        FactBatch Y(double at) => Batch(Source, at, Sample("a.y", at, at));
        List<FeatureVector> vectors = Vectors(yaml, X(1, 1), Y(2), X(5, 1), X(6, 1));
        Assert.Equal([-1, 1_000_000_000, 3_000_000_000], vectors.Select(v => v.InputAge));
    }

    [Fact]
    public void What_the_engine_itself_wrote_is_no_input()
    {
        FactBatch engine = X(50, 1) with { Origin = Origins.Engine };
        Assert.Empty(Vectors(Yaml(MeanOfTen), X(1, 1), engine));
    }

    [Fact]
    public void One_time_in_the_year_2100_does_not_make_everything_late()
    {
        const double In2100 = 74 * 365.25 * 86400;
        List<Fact> facts = Run(Read(Yaml(MeanOfTen)), Stored(X(1, 1), X(In2100, 9, ingest: 2), X(2, 2), X(3, 3)));
        Assert.Equal([At(1), At(2)], facts.OfType<FeatureVector>().Select(v => v.At));
        Validated validated = Assert.Single(facts.OfType<Validated>());
        Assert.Equal([new SampleCheck(0, SampleFault.Implausible)], validated.Faults);
    }

    [Fact]
    public void A_time_in_1970_is_a_jump_of_the_clock_and_holds_nothing_up()
    {
        List<Fact> facts = Run(Read(Yaml(MeanOfTen)), Stored(X(1, 1), X(2, 2), X(-56 * 365.25 * 86400, 9, ingest: 2), X(3, 3)));
        Assert.Equal([At(1), At(2)], facts.OfType<FeatureVector>().Select(v => v.At));
        Assert.Equal(SampleFault.ClockJump, Assert.Single(Assert.Single(facts.OfType<Validated>()).Faults).Fault);
    }

    [Fact]
    public void A_source_that_started_in_2100_and_came_back_starts_the_asset_anew()
    {
        const double In2100 = 74 * 365.25 * 86400;
        List<FeatureVector> vectors = Vectors(Yaml(MeanOfTen), X(In2100, 9, ingest: 1), X(In2100 + 1, 9, ingest: 2), X(3, 1), X(4, 3), X(5, 5));
        Assert.Equal([At(In2100), At(3), At(4)], vectors.Select(v => v.At));
        Assert.Equal([1f, 2f], vectors[2].Values.Select((v, i) => i == 0 ? v - 1 : v));
    }

    [Fact]
    public void A_box_whose_clock_is_set_right_does_not_take_that_for_silence()
    {
        const double Boot = -56 * 365.25 * 86400;
        string yaml = Yaml(MeanOfTen, "{every: PT1S}");
        List<FeatureVector> vectors = Vectors(yaml, X(1, 1, ingest: Boot + 1), Tick(Boot + 1.5), Tick(2), X(2, 2, ingest: 2.1), Tick(3), X(3, 3, ingest: 3.1));
        Assert.Equal([At(1), At(2)], vectors.Select(v => v.At));
    }

    [Fact]
    public void Times_at_the_ends_of_64_bits_are_refused_and_harm_nothing()
    {
        Sample Raw(long at) => Sample("a.x", 0, 1) with { Event = new EventTime(at) };
        FactBatch wild = Batch(Source, 2, Raw(long.MaxValue), Raw(long.MinValue));
        FactBatch wildIngest = X(3, 3) with { Ingest = new IngestTime(long.MinValue) };
        List<Fact> facts = Run(Read(Yaml(MeanOfTen, "{every: PT1S}")), Stored(X(1, 1), wild, wildIngest, X(4.5, 4)));
        Assert.Equal([At(1), At(2), At(3), At(4)], facts.OfType<FeatureVector>().Select(v => v.At));
        Assert.Equal(2, Assert.Single(facts.OfType<Validated>()).Faults.Count);
    }

    [Fact]
    public void A_signal_that_brings_more_than_is_kept_loses_its_oldest_and_that_is_counted()
    {
        var pipeline = new FeaturePipeline(Read(Yaml("- {name: n, op: count, of: x, window: P1D}", "{every: PT3600S}")), Asset);
        var output = new List<Fact>();
        const int Limit = 1 << 18, Over = 1000;
        for (int i = 0; i < Limit + Over; i++)
            pipeline.Take(new StoredBatch(i + 1, X(1 + i * 0.01, 1)), output);
        pipeline.Take(new StoredBatch(Limit + Over + 1, X(3601, 1)), output);
        Assert.Equal(Over + 1, pipeline.SamplesOverLimit);
        Assert.Equal(Limit, output.OfType<FeatureVector>().Single().Values[0] + 1);
    }

    [Fact]
    public void A_sample_that_completes_nothing_costs_no_memory()
    {
        var pipeline = new FeaturePipeline(Read(Yaml(MeanOfTen, "{every: PT60S}", "- {signal: x, range: [0, 9], stuck: PT60S, rate: 50, maxAge: PT10S}")), Asset);
        StoredBatch[] journal = [.. Stored(Enumerable.Range(1, 2000).Select(i => X(i * 0.01, 1 + i % 2 * 0.1)))];
        var output = new List<Fact>();
        // Until the ring has grown to what the window needs.
        for (int i = 0; i < 1100; i++)
            pipeline.Take(journal[i], output);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 1100; i < journal.Length; i++)
            pipeline.Take(journal[i], output);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    static FeatureFault[] FeatureFaultsOf(FeatureVector vector) => [.. vector.Gaps.Select(g => g.Fault)];
}
