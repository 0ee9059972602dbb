using System.Text;
using EdgeRuntime.Inference;
using EdgeRuntime.Inference.Golden;
using EdgeRuntime.Tests.Kit;
using Xunit;

namespace EdgeRuntime.Tests.Unit.Inference.Golden;

public sealed class GoldenRunTests
{
    const string Header = "in:a,in:b,out:score\n";

    static GoldenResult Check(string csv, double tolerance = 0, string[]? features = null, int? rows = null)
    {
        using OnnxModel model = OnnxModel.Load(TinyOnnx.Linear([1, 2], 0), Contracts.Score(2), new SessionProfile());
        return GoldenRun.Check(model, Encoding.UTF8.GetBytes(csv), tolerance, features, rows);
    }

    static string Refusal(string csv, string[]? features = null, int? rows = null) =>
        Assert.Throws<ModelRefusedException>(() => Check(csv, 0, features, rows)).Message;

    [Fact]
    public void Answers_as_promised_pass_bit_for_bit()
    {
        GoldenResult result = Check(Header + "1,2,5\r\n0.5,-0.25,0\n1E-45,0,1E-45\n", features: ["a", "b"], rows: 3);
        Assert.True(result.Passed);
        Assert.Equal(3, result.Rows);
        Assert.Null(result.Difference);
        Assert.Equal("All 3 golden rows were answered as promised, bit for bit.", result.Sentence);
    }

    [Fact]
    public void One_bit_is_a_difference_and_is_named()
    {
        float expected = MathF.BitIncrement(5);
        GoldenResult result = Check(FormattableString.Invariant($"{Header}0,0,0\n1,2,{expected:R}\n"));
        Assert.False(result.Passed);
        Assert.Equal(new GoldenDifference(2, "score", expected, 5), result.Difference);
        Assert.Equal("Golden row 2: the output 'score' is 5, the release promises 5.0000005; they must be the same bits.", result.Sentence);
    }

    [Fact]
    public void Within_a_tolerance_one_bit_passes_and_a_percent_does_not()
    {
        Assert.True(Check(Header + "1,2,5.0000005\n", tolerance: 1e-5).Passed);
        GoldenResult result = Check(Header + "1,2,5.05\n", tolerance: 1e-5);
        Assert.False(result.Passed);
        Assert.Equal("Golden row 1: the output 'score' is 5, the release promises 5.05; at most 1E-05 is allowed.", result.Sentence);
    }

    [Fact]
    public void A_question_that_is_not_answered_fails_with_the_reason()
    {
        GoldenResult result = Check(Header + "1,NaN,5\n");
        Assert.False(result.Passed);
        Assert.Null(result.Difference);
        Assert.StartsWith("Golden row 1 was not answered: Feature 1 is NaN", result.Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public void An_output_of_many_numbers_is_named_by_index()
    {
        using OnnxModel model = OnnxModel.Load(TinyOnnx.Contributions(2), Contracts.Contributions(2), new SessionProfile());
        Assert.True(GoldenRun.Check(model, "in:a,in:b,out:t2,out:contributions[0],out:contributions[1],out:score\n2,3,13,4,9,5\n"u8, 0).Passed);
        GoldenResult result = GoldenRun.Check(model, "in:a,in:b,out:contributions[1]\n2,3,8\n"u8, 0);
        Assert.Equal(new GoldenDifference(1, "contributions[1]", 8, 9), result.Difference);
        Assert.Throws<ModelRefusedException>(() => GoldenRun.Check(model, "in:a,in:b,out:contributions[2]\n2,3,8\n"u8, 0));
        Assert.Throws<ModelRefusedException>(() => GoldenRun.Check(model, "in:a,in:b,out:contributions\n2,3,8\n"u8, 0));
    }

    [Theory]
    [InlineData("in:a,out:score\n1,2\n", "The golden file has 1 columns 'in:…' before the outputs, but the model takes 2 features (line 1).")]
    [InlineData("in:a,in:b\n1,2\n", "The golden file has no column 'out:…' (line 1).")]
    [InlineData("in:a,in:b,out:risk\n1,2,3\n", "The golden file has the column 'out:risk', which is no output of the model (score) (line 1).")]
    [InlineData("in:a,in:b,out:score\n", "The golden file holds 0 rows; it must hold from 1 to 100000 (line 1).")]
    [InlineData("in:a,in:b,out:score\n1,2\n", "The golden file has 2 cells, but the header has 3 (line 2).")]
    [InlineData("in:a,in:b,out:score\n1,2,3\n1,zwei,3\n", "The golden file has 'zwei' in column 2, which is not a number (line 3).")]
    public void A_file_for_something_else_is_refused_with_its_line(string csv, string refusal) => Assert.Equal(refusal, Refusal(csv));

    [Fact]
    public void Features_in_another_order_and_rows_that_are_missing_are_refused()
    {
        Assert.Equal("The golden file has 'in:a' in column 1, but feature 0 is 'b'; order is part of the contract (line 1).", Refusal(Header + "1,2,5\n", ["b", "a"]));
        Assert.Equal("The golden file holds 1 rows, but the release says 2 (line 1).", Refusal(Header + "1,2,5\n", rows: 2));
    }
}
