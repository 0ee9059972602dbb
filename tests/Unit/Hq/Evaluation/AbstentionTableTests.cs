using EdgeRuntime.Hq.Evaluation;
using Xunit;

namespace EdgeRuntime.Tests.Unit.Hq.Evaluation;

public sealed class AbstentionTableTests
{
    [Fact]
    public void Coverage_and_precision_are_those_computed_by_hand()
    {
        // Confidences 0.95, 0.65, 0.55, 0.95, 0.75 and one row that nobody knows. Alarms where p is above a half.
        IReadOnlyList<AbstentionRow> table = Of("eenn?n", "!!!.!.", [0.95, 0.65, 0.55, 0.05, 0.99, 0.25]);
        Assert.Equal(new AbstentionRow(0.5, 1, 2 / 3.0, 1 / 3.0, 0, 5), table[0]);
        Assert.Equal(new AbstentionRow(0.6, 4 / 5.0, 1, 0, 0, 4), table[1]);
        Assert.Equal(new AbstentionRow(0.9, 2 / 5.0, 1, 0, 0, 2), table[4]);
        Assert.Equal(new AbstentionRow(0.99, 0, null, null, null, 0), table[6]);
    }

    [Fact]
    public void An_alarm_that_its_hysteresis_holds_is_as_sure_as_its_probability_is()
    {
        // The box says anomaly and believes it to 0.3 only; so it keeps silent from 0.5 on.
        IReadOnlyList<AbstentionRow> table = Of("en", "!!", [0.8, 0.3]);
        Assert.Equal(new AbstentionRow(0.5, 1 / 2.0, 1, null, 0, 1), table[0]);
    }

    [Fact]
    public void Without_probabilities_there_is_no_table() => Assert.Empty(Of("eenn", "!!..", []));

    static IReadOnlyList<AbstentionRow> Of(string truths, string alarms, double[] probabilities) =>
        AbstentionTable.Of(ScoredRow.Sorted([TinyRecording.Of(truths, alarms, probabilities: probabilities)], [0], s => s.Probabilities));
}
