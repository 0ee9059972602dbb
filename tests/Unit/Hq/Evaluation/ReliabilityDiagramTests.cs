using EdgeRuntime.Hq.Evaluation;
using Xunit;

namespace EdgeRuntime.Tests.Unit.Hq.Evaluation;

public sealed class ReliabilityDiagramTests
{
    [Fact]
    public void The_error_is_the_one_computed_by_hand()
    {
        // 20 rows, so bins of two: nine pairs of 0.1 (one event among the first) are one bin, since equals stay together; 0.8 and 0.9 are another, both events.
        ReliabilityDiagram diagram = Of("ennnnnnnnnnnnnnnnnee", [.. Enumerable.Repeat(0.1, 18), 0.8, 0.9])!;
        Assert.Equal([(18, 0.1, 1 / 18.0), (2, 0.85, 1.0)], diagram.Bins.Select(b => (b.Rows, Math.Round(b.Mean, 9), b.Frequency)));
        Assert.Equal((18 / 20.0 * (0.1 - (1 / 18.0))) + (2 / 20.0 * 0.15), diagram.Error.Value!.Value, 9);
        // Of equal width: 0.8 and 0.9 lie apart, with 0.2 and 0.1.
        Assert.Equal((18 / 20.0 * (0.1 - (1 / 18.0))) + (1 / 20.0 * 0.2) + (1 / 20.0 * 0.1), diagram.EqualWidthError.Value!.Value, 9);
    }

    [Fact]
    public void Bins_hold_equally_many_rows()
    {
        double[] spread = [.. Enumerable.Range(0, 100).Select(i => i * i / 10_000.0)];
        Assert.All(Of(new string('n', 100), spread)!.Bins, b => Assert.Equal(10, b.Rows));
    }

    [Fact]
    public void Right_probabilities_have_no_error_and_sure_wrong_ones_all()
    {
        Assert.Equal(0, Of("eenn", [1, 1, 0, 0])!.Error.Value);
        Assert.Equal(1, Of("eenn", [0, 0, 1, 1])!.Error.Value);
        Assert.Equal(0, Of("enen", [0.5, 0.5, 0.5, 0.5])!.Error.Value);
    }

    [Fact]
    public void Unknown_rows_do_not_count_and_without_probabilities_there_is_no_diagram()
    {
        Assert.Equal(0, Of("e?nn", [1, 0.5, 0, 0])!.Error.Value);
        Assert.Null(Of("????", [0, 0, 1, 1]));
        Assert.Null(Of("eenn", []));
    }

    static ReliabilityDiagram? Of(string truths, double[] probabilities)
    {
        ScoredRecording scored = TinyRecording.Of(truths, new string('.', truths.Length), probabilities: probabilities);
        return ReliabilityDiagram.Of(ScoredRow.Sorted([scored], [0], s => s.Probabilities), 1, TinyRecording.Bootstrap);
    }
}
