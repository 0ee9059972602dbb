using EdgeRuntime.Facts;
using EdgeRuntime.Hq.Datasets;
using EdgeRuntime.Hq.Training;
using Xunit;

namespace EdgeRuntime.Tests.Unit.Hq.Training;

public sealed class ThresholdChoiceTests
{
    /// <summary>One row a second; letters: n normal, e event, u nobody was sure.</summary>
    static OutOfFold Recording(string truths, params double[] probabilities) => new(
        [.. Enumerable.Range(0, truths.Length).Select(i => new EventTime(i * 1_000_000_000L))],
        probabilities,
        [.. truths.Select(t => t switch { 'n' => Truth.Normal, 'e' => Truth.Event, _ => Truth.Unknown })]);

    [Fact]
    public void Counts_are_those_of_a_pencil()
    {
        OutOfFold recording = Recording("nnnneeeeuunn", 0, 0.9, 0, 0, 0.9, 0.9, 0.3, 0.9, 0.9, 0.9, 0, 0);
        AlarmSettings settings = ThresholdChoice.Judge([recording], 0.5, 0, TimeSpan.Zero);
        // Three right, one false, one missed; one alarm of one row in 6 normal rows, the last of which stands for no time.
        Assert.Equal(6.0 / 8, settings.F1, 1e-12);
        Assert.Equal(1.0 / 6, settings.FalseAlarmRate, 1e-12);
        Assert.Equal(3600 / 5.0, settings.EpisodesPerHour, 1e-6);
    }

    [Fact]
    public void An_alarm_that_reaches_into_an_event_is_no_false_one()
    {
        AlarmSettings settings = ThresholdChoice.Judge([Recording("nnneee", 0, 0, 0.9, 0.9, 0.9, 0.9)], 0.5, 0, TimeSpan.Zero);
        Assert.Equal(0, settings.EpisodesPerHour);
        Assert.True(settings.FalseAlarmRate > 0);
    }

    [Fact]
    public void Short_spikes_are_debounced_and_a_dip_is_held()
    {
        var random = new Random(1);
        string truths = string.Concat(Enumerable.Repeat(new string('n', 200) + new string('e', 100), 4));
        double[] probabilities = [.. truths.Select((t, i) => t == 'n' ? (i % 50 == 7 ? 0.95 : 0.2 * random.NextDouble()) : i % 9 == 0 ? 0.5 : 0.8 + (0.1 * random.NextDouble()))];
        AlarmSettings chosen = ThresholdChoice.Choose([Recording(truths, probabilities)], new AlarmLimits());
        Assert.True(chosen.MinDuration >= TimeSpan.FromSeconds(2), $"{chosen}");
        Assert.InRange(chosen.Threshold - chosen.Hysteresis, 0.2, 0.5);
        Assert.Equal((0, 0), (chosen.EpisodesPerHour, chosen.FalseAlarmRate));
        Assert.True(chosen.F1 > 0.97, $"{chosen}");
    }

    [Fact]
    public void The_limits_come_before_F1()
    {
        // At 0.5 every event row is found and a quarter of the normal rows too; at 0.9 a third of the events, and nothing false.
        string truths = new string('n', 100) + new string('e', 90);
        double[] probabilities = [.. truths.Select((t, i) => t == 'n' ? (i % 4 == 0 ? 0.7 : 0.1) : i % 3 == 0 ? 0.93 : 0.7)];
        OutOfFold[] recording = [Recording(truths, probabilities)];
        Assert.True(ThresholdChoice.Choose(recording, new AlarmLimits(1, 1e9)).F1 > 0.8);
        AlarmSettings strict = ThresholdChoice.Choose(recording, new AlarmLimits(0.01, 25));
        Assert.True(strict.FalseAlarmRate <= 0.01 && strict.EpisodesPerHour <= 25, $"{strict}");
    }

    [Fact]
    public void Where_nothing_keeps_the_limits_the_least_is_broken()
    {
        OutOfFold[] hopeless = [Recording("nenenene", 1, 1, 1, 1, 1, 1, 1, 1)];
        AlarmSettings chosen = ThresholdChoice.Choose(hopeless, new AlarmLimits(0.01, 0));
        // After 4 s every row alarms; nothing is said at all only when it takes longer than the recording.
        Assert.Equal((0, TimeSpan.FromSeconds(30)), (chosen.FalseAlarmRate, chosen.MinDuration));
    }

    [Fact]
    public void Rows_of_one_kind_are_refused() =>
        Assert.Contains("of one kind only", Assert.Throws<TrainingException>(() => ThresholdChoice.Choose([Recording("nnn", 0, 0, 0)], new AlarmLimits())).Message, StringComparison.Ordinal);

    [Fact]
    public void The_same_rows_give_the_same_choice()
    {
        var random = new Random(2);
        OutOfFold[] recordings = [.. Enumerable.Range(0, 3).Select(_ => Recording("nnnnnnnneeeenn", [.. Enumerable.Range(0, 14).Select(_ => random.NextDouble())]))];
        Assert.Equal(ThresholdChoice.Choose(recordings, new AlarmLimits()), ThresholdChoice.Choose(recordings, new AlarmLimits()));
    }
}
