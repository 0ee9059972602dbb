using EdgeRuntime.Hq.Datasets;
using EdgeRuntime.Hq.Recipes;
using Xunit;

namespace EdgeRuntime.Tests.Unit.Hq.Datasets;

public sealed class PipelineEngineTests
{
    [Fact]
    public void What_a_running_mean_remembers_is_within_reach_and_the_recipe_has_the_first_word()
    {
        PipelineEngine engine = DatasetBuildTests.Engine("ewma, of: flow, timeConstant: PT10M");
        Assert.Equal(TimeSpan.FromMinutes(50), engine.Reach);
        Assert.Equal(TimeSpan.FromSeconds(3), DatasetBuildTests.Engine().Reach);
        Assert.Equal(engine.Reach, new SplitChoice(SplitBy.Time, 3, null).ReachOver(engine));
        Assert.Equal(TimeSpan.FromHours(2), new SplitChoice(SplitBy.Time, 3, TimeSpan.FromHours(2)).ReachOver(engine));
    }
}
