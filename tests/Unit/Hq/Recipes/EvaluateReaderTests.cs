using System.Text;
using EdgeRuntime.Hq.Datasets;
using EdgeRuntime.Hq.Evaluation;
using EdgeRuntime.Hq.Recipes;
using EdgeRuntime.Settings;
using Xunit;

namespace EdgeRuntime.Tests.Unit.Hq.Recipes;

public sealed class EvaluateReaderTests
{
    [Fact]
    public void What_is_not_said_has_its_default()
    {
        Assert.Equal(new EvaluationPlan { By = SplitBy.Recording, Folds = 5, Own = null, Seed = 3, Controls = true }, Read("seed: 3"));
        Assert.Equal(new OwnNormal(0.6, null), Read("evaluate: {by: self}").Own);
    }

    [Fact]
    public void What_is_said_is_taken()
    {
        Assert.Equal(new EvaluationPlan { By = SplitBy.Asset, Folds = 3 }, Read("evaluate: {by: asset, folds: 3}"));
        Assert.Equal(new OwnNormal(null, 400), Read("evaluate: {by: self, rows: 400}").Own);
        Assert.Equal("late/*", Read("evaluate: {heldOut: \"late/*\"}").HeldOut);
    }

    [Theory]
    [InlineData("evaluate: {by: planet}", "evaluate.by")]
    [InlineData("evaluate: {folds: 1}", "evaluate.folds")]
    [InlineData("evaluate: {share: 0.5}", "evaluate.share: is for by: self, where each recording is learned from its own first normal rows.")]
    [InlineData("evaluate: {by: self, folds: 3}", "evaluate.folds: is not for by: self, where each recording is a fold of its own.")]
    [InlineData("evaluate: {by: self, share: 0.5, rows: 400}", "evaluate.rows: and share exclude each other; keep one.")]
    [InlineData("evaluate: {by: self, share: 1}", "evaluate.share")]
    [InlineData("evaluate: {heldOut: \"b*\", folds: 3}", "evaluate.folds: and heldOut exclude each other; keep one.")]
    [InlineData("evaluate: {parts: 3}", "evaluate.parts")]
    public void What_cannot_be_is_said_with_its_place(string section, string sentence) =>
        Assert.Contains(Assert.Throws<SettingsException>(() => Read(section)).Violations, v => v.ToString().Contains(sentence, StringComparison.Ordinal));

    [Fact]
    public void The_command_line_turns_each_recording_by_itself_on_and_off()
    {
        var plan = new EvaluationPlan { Own = new OwnNormal(null, 400) };
        Assert.Equal(plan, EvaluateReader.With(plan, null));
        Assert.Equal(plan, EvaluateReader.With(plan, "self"));
        Assert.Equal(new EvaluationPlan { By = SplitBy.Time }, EvaluateReader.With(plan, "time"));
        Assert.Equal(new OwnNormal(0.6, null), EvaluateReader.With(new EvaluationPlan(), "self").Own);
        Assert.Null(EvaluateReader.With(new EvaluationPlan { HeldOut = "late/*" }, "recording").HeldOut);
    }

    static EvaluationPlan Read(string section) => RecipeReader.Read(SettingsDocument.Parse("recipe.yaml", Encoding.UTF8.GetBytes($"{RecipeReaderTests.Smallest}\n{section}\n"))).Evaluate;
}
