using EdgeRuntime.Facts;
using Xunit;
using static EdgeRuntime.Tests.Kit.SampleBuilder;
using static EdgeRuntime.Tests.Unit.Features.Pipelines;

namespace EdgeRuntime.Tests.Unit.Features.Time;

/// <summary>Sources whose clocks step, and data whose time steps without any clock being wrong.</summary>
public sealed class ClockStepTests
{
    const double Hour = 3600;
    const string Mean = "- {name: m, op: mean, of: x, window: PT10S}";

    static string Document(string more = "") => Yaml(Mean, "{every: PT10S}", more: more);

    static FactBatch X(double at, double ingest, string source = Source, string tag = "a.x") => Batch(source, ingest, Sample(tag, at, 1));

    /// <summary>One sample a second whose clock is off by what <paramref name="off"/> says; null: no sample.</summary>
    static List<Fact> Live(int seconds, Func<int, double?> off, string more = "") => Run(Read(Document(more)), Stored(
        Enumerable.Range(0, seconds).Where(i => off(i) is not null).Select(i => X(i + off(i)!.Value, i))));

    static int Count(IEnumerable<Fact> facts, SampleFault fault) => facts.OfType<Validated>().Sum(v => v.Faults.Count(f => f.Fault == fault));

    static List<EventTime> Moments(IEnumerable<Fact> facts) => [.. facts.OfType<FeatureVector>().Select(v => v.At)];

    [Fact]
    public void A_clock_that_is_hours_ahead_for_a_moment_moves_nothing()
    {
        List<Fact> facts = Live(200, i => i is >= 100 and < 140 ? 3 * Hour : 0);
        Assert.Equal(40, Count(facts, SampleFault.ClockJump));
        Assert.Equal(Enumerable.Range(0, 20).Select(i => At(i * 10)), Moments(facts));
        Assert.DoesNotContain(facts.OfType<ClockOffset>(), o => o.Step != 0);
    }

    [Fact]
    public void A_clock_that_stays_ahead_is_believed_once_the_step_has_held()
    {
        List<Fact> facts = Live(400, i => i >= 100 ? 3 * Hour : 0);
        Assert.Equal(60, Count(facts, SampleFault.ClockJump));
        ClockOffset step = Assert.Single(facts.OfType<ClockOffset>(), o => o.Step != 0);
        Assert.Equal((Source, "a"), (step.Source, step.Asset));
        // The 61st sample of the new time: a minute has passed in it.
        Assert.Equal((long)(3 * Hour + 61) * 1_000_000_000, step.Step);
        Assert.Equal(-(long)(3 * Hour) * 1_000_000_000, step.Offset);
        Assert.Equal(At(3 * Hour + 390), Moments(facts)[^1]);
    }

    [Fact]
    public void A_clock_that_is_set_back_by_hours_is_quarantined_and_then_the_asset_starts_anew()
    {
        List<Fact> facts = Live(400, i => i >= 100 ? -2 * Hour : 0);
        Assert.Equal(60, Count(facts, SampleFault.ClockJump));
        Assert.True(Assert.Single(facts.OfType<ClockOffset>(), o => o.Step != 0).Step < -(long)Hour * 1_000_000_000);
        Assert.Equal(0, Count(facts, SampleFault.Late));
        Assert.Equal(At(390 - 2 * Hour), Moments(facts)[^1]);
    }

    [Fact]
    public void A_device_that_wakes_up_in_1970_among_others_is_quarantined_for_as_long_as_it_is_there()
    {
        string yaml = Yaml(Mean, "{every: PT10S}", "- {signal: x}\n- {signal: y}");
        var batches = new List<FactBatch>();
        for (int i = 0; i < 400; i++)
        {
            batches.Add(X(i, i));
            batches.Add(X(i >= 100 && i < 300 ? i - 56 * 365.25 * 24 * Hour : i, i, tag: "a.y"));
        }

        List<Fact> facts = Run(Read(yaml), Stored(batches));
        Assert.Equal(200, Count(facts, SampleFault.ClockJump));
        Assert.Equal(Enumerable.Range(0, 40).Select(i => At(i * 10)), Moments(facts));
    }

    [Fact]
    public void A_step_that_the_document_allows_is_no_jump()
    {
        Assert.Equal(0, Count(Live(200, i => i >= 100 ? 3 * Hour : 0, "clock: {jump: PT4H}"), SampleFault.ClockJump));
        Assert.Equal(0, Count(Live(200, i => i >= 100 ? 3 * Hour : 0, "sources: [{source: plc, jump: PT4H}]"), SampleFault.ClockJump));
        Assert.Equal(60, Count(Live(200, i => i >= 100 ? 3 * Hour : 0, "sources: [{source: other, jump: PT4H}]"), SampleFault.ClockJump));
        Assert.Equal(20, Count(Live(200, i => i >= 100 ? 3 * Hour : 0, "clock: {hold: PT20S}"), SampleFault.ClockJump));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(100)]
    public void A_gap_in_a_recording_is_no_jump_at_whatever_speed_it_is_played(double speed)
    {
        const double Ago = 50_000 * Hour;
        IEnumerable<double> times = Enumerable.Range(0, 100).Select(i => i - Ago).Concat(Enumerable.Range(0, 100).Select(i => i + 30 * Hour - Ago));
        List<Fact> facts = Run(Read(Document()), Stored(times.Select((t, i) => X(t, i / speed))));
        Assert.Empty(facts.OfType<Validated>());
    }

    [Fact]
    public void A_source_that_was_silent_for_hours_has_not_jumped()
    {
        Assert.Empty(Live((int)(5 * Hour), i => i is < 100 or > (int)(4 * Hour) ? 0 : null).OfType<Validated>());
        // Steadily two hours ahead, as a clock of another zone is: neither.
        Assert.Empty(Live((int)(5 * Hour), i => i is < 100 or > (int)(4 * Hour) ? 2 * Hour : null).OfType<Validated>());
    }

    [Fact]
    public void A_box_whose_own_clock_is_set_back_does_not_blame_the_source()
    {
        IEnumerable<FactBatch> batches = Enumerable.Range(0, 300).Select(i => X(i, i < 100 ? i : i - 2 * Hour));
        Assert.Empty(Run(Read(Document()), Stored(batches)).OfType<Validated>());
    }

    [Fact]
    public void Late_data_within_what_windows_and_corrections_use_is_late_and_not_a_jump()
    {
        FactBatch[] batches = [.. Enumerable.Range(0, 3000).Select(i => X(i, i)), X(1200.5, 3000), X(3001, 3001)];
        List<Fact> without = Run(Read(Document()), Stored(batches));
        List<Fact> with = Run(Read(Document("corrections: {within: PT1H}")), Stored(batches));
        Assert.Equal((1, 0), (Count(without, SampleFault.ClockJump), Count(without, SampleFault.Late)));
        Assert.Equal((0, 1), (Count(with, SampleFault.ClockJump), Count(with, SampleFault.Late)));
    }

    [Fact]
    public void A_recording_that_begins_again_starts_the_asset_anew()
    {
        const double Ago = 50_000 * Hour;
        IEnumerable<double> twice = Enumerable.Range(0, 2000).Concat(Enumerable.Range(0, 2000)).Select(i => i - Ago);
        List<Fact> facts = Run(Read(Document()), Stored(twice.Select((t, i) => X(t, i * 0.01))));
        Assert.Equal(60, Count(facts, SampleFault.ClockJump));
        Assert.Equal(At(1990 - Ago), Moments(facts)[^1]);
        Assert.Equal(394, Moments(facts).Count);
    }

    [Fact]
    public void How_a_clock_stands_to_the_boxs_is_recorded_when_it_changes_and_hourly()
    {
        var random = new Random(7);
        List<Fact> facts = Run(Read(Document()), Stored(Enumerable.Range(0, 4 * 3600).Select(i => X(i + (i < 5000 ? 5 : 8), i + 0.02 + random.NextDouble() * 0.3))));
        ClockOffset[] offsets = [.. facts.OfType<ClockOffset>()];
        Assert.All(offsets, o => Assert.InRange(o.Spread, 0, 3_300_000_000));
        // At the 32nd batch, after an hour, when the block in which it changed is full, and two hours more.
        Assert.Equal(5, offsets.Length);
        Assert.InRange(offsets[0].Offset, -4_980_000_000, -4_900_000_000);
        Assert.Equal(32, offsets[0].Samples);
        Assert.InRange(offsets[^1].Offset, -7_980_000_000, -7_900_000_000);
        Assert.All(offsets.Zip(offsets.Skip(1)), pair => Assert.InRange(pair.Second.At.UnixNanoseconds - pair.First.At.UnixNanoseconds, 60_000_000_000, 3_601_000_000_000));
    }

    [Fact]
    public void Each_source_is_waited_for_as_long_as_the_document_says()
    {
        string yaml = Yaml("- {name: x, op: last, of: x}\n- {name: y, op: last, of: y}", inputs: "- {signal: x}\n- {signal: y}", more: "lateness: PT1S\nsources: [{source: slow, lateness: PT5S}]");
        List<FactBatch> batches = [];
        for (int i = 1; i <= 10; i++)
        {
            batches.Add(X(i, i));
            batches.Add(X(i, i, "slow", "a.y"));
        }

        List<FeatureVector> vectors = Vectors(yaml, batches);
        Assert.Equal([At(1), At(2), At(3), At(4)], vectors.Select(v => v.At));
        Assert.Equal(8, Vectors(yaml.Replace("slow", "other", StringComparison.Ordinal), batches).Count);
    }
}
