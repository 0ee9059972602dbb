using EdgeRuntime.Facts;
using EdgeRuntime.Hq.Datasets;
using Xunit;

namespace EdgeRuntime.Tests.Unit.Hq.Datasets;

public sealed class RecordingTruthsTests
{
    [Fact]
    public void A_label_holds_from_its_row_until_the_next_and_an_unsure_row_does_not_end_an_event()
    {
        SignalRow[] rows = [Row(10, "0"), Row(20, "1"), Row(30, ""), Row(40, "1"), Row(50, "0"), Row(60, "2")];
        (IReadOnlyList<Truth> truths, IReadOnlyList<LabelledEvent> events) = RecordingTruths.OfRows("a", rows, new LabelMapping(), [.. new[] { 5, 10, 19, 20, 35, 40, 50, 99 }.Select(At)]);
        Assert.Equal([Truth.Unknown, Truth.Normal, Truth.Normal, Truth.Event, Truth.Unknown, Truth.Event, Truth.Normal, Truth.Event], truths);
        Assert.Equal([new LabelledEvent("event", At(20), At(50)), new LabelledEvent("event", At(60), new EventTime(At(60).UnixNanoseconds + 1))], events);
    }

    [Fact]
    public void A_row_labels_its_own_moment_in_whatever_order_rows_came_and_one_of_a_wrong_clock_labels_none()
    {
        SignalRow[] rows = [Row(10, "0"), Row(5000, "1"), Row(30, "0"), Row(20, "1"), Row(40, "0"), Row(40, "1"), Row(50, "0")];
        EventTime[] times = [.. new[] { 10, 25, 30, 40, 50, 60 }.Select(At)];
        (IReadOnlyList<Truth> truths, IReadOnlyList<LabelledEvent> events) = RecordingTruths.OfRows("a", rows, new LabelMapping(), times, new HashSet<int> { 1 });
        Assert.Equal("NENENN", string.Concat(truths.Select(t => t.ToString()[0])));
        Assert.Equal([new LabelledEvent("event", At(20), At(30)), new LabelledEvent("event", At(40), At(50))], events);
    }

    [Fact]
    public void Another_name_is_another_event()
    {
        SignalRow[] rows = [Row(10, "102"), Row(20, "102"), Row(30, "2"), Row(40, "0")];
        var labels = new LabelMapping { Naming = FaultNaming.Cell, Names = new Dictionary<string, string> { ["102"] = "closing" } };
        Assert.Equal([new("closing", At(10), At(30)), new LabelledEvent("2", At(30), At(40))], RecordingTruths.OfRows("a", rows, labels, []).Events);
    }

    [Fact]
    public void Events_are_called_by_the_folder_where_the_recipe_says_so() =>
        Assert.Equal("valve1", RecordingTruths.OfRows("valve1/3", [Row(1, "1.0")], new LabelMapping { Naming = FaultNaming.Folder }, []).Events.Single().Fault);

    [Fact]
    public void A_file_without_labels_is_what_the_recipe_says()
    {
        foreach (Truth without in new[] { Truth.Normal, Truth.Unknown })
            Assert.Equal([without], RecordingTruths.OfRows("a", [Row(1, null)], new LabelMapping { WithoutColumn = without }, [At(1)]).Truths);
    }

    [Fact]
    public void Beside_an_event_nobody_is_sure_and_what_is_harmless_is_normal()
    {
        LabelledInterval[] intervals = [Interval("P-1", "leak", 20, 30), Interval("P-2", "leak", 0, 100), Interval("", "recipe-change", 50, 60, harmless: true)];
        (IReadOnlyList<Truth> truths, IReadOnlyList<LabelledEvent> events) =
            RecordingTruths.OfIntervals("P-1", intervals, TimeSpan.FromSeconds(5), [.. new[] { 0, 14, 15, 19, 20, 29, 30, 34, 35, 55 }.Select(At)], new RecordingSpan(At(0), At(55)));
        Assert.Equal("NNUUEEUUNN", string.Concat(truths.Select(t => t.ToString()[0])));
        Assert.Equal(["leak", "recipe-change"], events.Select(e => e.Fault));
    }

    [Fact]
    public void An_interval_in_the_recordings_time_is_an_event_even_where_no_vector_is_and_one_outside_is_none()
    {
        LabelledInterval[] intervals = [Interval("", "before", 0, 3), Interval("", "early", 5, 8), Interval("", "late", 40, 45), Interval("", "behind", 61, 70)];
        (IReadOnlyList<Truth> truths, IReadOnlyList<LabelledEvent> events) =
            RecordingTruths.OfIntervals("P-1", intervals, TimeSpan.Zero, [At(10), At(20), At(30)], new RecordingSpan(At(4), At(60)));
        Assert.Equal([Truth.Normal, Truth.Normal, Truth.Normal], truths);
        Assert.Equal(["early", "late"], events.Select(e => e.Fault));
        Assert.Equal(2, RecordingTruths.OfIntervals("P-1", intervals, TimeSpan.Zero, [], new RecordingSpan(At(4), At(60))).Events.Count);
    }

    [Fact]
    public void No_cut_loses_an_event_without_a_vector_and_none_counts_it_twice()
    {
        LabelledEvent[] events = [new("early", At(1), At(5)), new("hole", At(21), At(29)), new("late", At(50), At(60)), new("across", At(15), At(25))];
        var whole = new Recording("r", "", "", [At(10), At(20), At(30), At(40)], [[1], [2], [3], [4]], [default, default, default, default], events, 0);
        Assert.Equal(["early", "hole", "across"], whole.Part(0, 2).Events.Select(e => e.Fault));
        Assert.Equal(["late"], whole.Part(2, 2).Events.Select(e => e.Fault));
        Assert.Empty(whole.Part(2, 1).Events);
    }

    static LabelledInterval Interval(string asset, string fault, int from, int to, bool harmless = false) => new(asset, new LabelledEvent(fault, At(from), At(to), harmless));

    static SignalRow Row(int second, string? label) => new(At(second), [1]) { Label = label };

    static EventTime At(int second) => new(second * 1_000_000_000L);
}
