using EdgeRuntime.Decisions.Plans;
using EdgeRuntime.Features;
using EdgeRuntime.Registry.Manifest;
using EdgeRuntime.Tests.Unit.Features;
using Xunit;

namespace EdgeRuntime.Tests.Unit.Decisions;

public sealed class ContractReportTests
{
    static readonly FeaturePipelineDefinition Pipeline = Pipelines.Read(Pipelines.Yaml(
        "- {name: a, op: last, of: x}\n- {name: b, op: mean, of: x, window: PT1S}\n- {name: c, op: age, of: x}", inputs: "- {signal: x, unit: bar}"));

    static FeaturesSection Model(params ColumnSpec[] columns) => new("test", "1.0.0", Pipeline.Identity, null, columns);

    [Fact]
    public void A_model_of_this_pipeline_has_nothing_to_report() =>
        Assert.Empty(ContractReport.Of(Model(new("a", "float32", "bar"), new("b", "float32", "bar"), new("c", "float32", "s")), Pipeline));

    [Fact]
    public void Every_difference_is_told_by_name()
    {
        FeaturesSection model = Model(new("b", "float32", "kPa"), new("a", "float64", "bar"), new("z", "float32", "1"));
        IReadOnlyList<ContractDifference> told = ContractReport.Of(model with { Pipeline = default }, Pipeline);
        Assert.Equal(["pipeline ", "order b", "unit b", "order a", "dtype a", "missing z", "extra c"], told.Select(d => $"{d.What} {d.Feature}"));
        Assert.Equal("The model wants 'b' in [kPa], the pipeline gives it in [bar]; units are never converted.", told[2].Sentence);
        Assert.Equal(("place 0", "place 1"), (told[1].Wants, told[1].Gives));
    }
}
