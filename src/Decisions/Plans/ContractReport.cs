using System.Globalization;
using EdgeRuntime.Facts;
using EdgeRuntime.Features;
using EdgeRuntime.Registry.Manifest;

namespace EdgeRuntime.Decisions.Plans;

/// <summary>Everything in which a release and a pipeline disagree, feature by feature; where <see cref="PlanFit"/> only says that a start is refused, this says what to change.</summary>
public static class ContractReport
{
    /// <summary>Every difference: first about the pipeline as a whole, then in the model's order, then what the pipeline gives beyond it. Empty when they fit.</summary>
    public static IReadOnlyList<ContractDifference> Of(FeaturesSection model, FeaturePipelineDefinition pipeline)
    {
        var differences = new List<ContractDifference>();
        if (model.Pipeline != pipeline.Identity)
        {
            differences.Add(new("pipeline", "", Pipeline(model.PipelineId, model.PipelineVersion, model.Pipeline), Pipeline(pipeline.Id, pipeline.Version, pipeline.Identity),
                "The identities differ, so something in how the features are computed does: a window, a rule, a formula's version. Use the pipeline that the model was trained on, or train again."));
        }

        for (int i = 0; i < model.Columns.Count; i++)
            Compare(i, model.Columns[i], pipeline.Columns, differences);
        foreach ((int place, FeatureColumn column) in pipeline.Columns.Index())
        {
            if (!model.Columns.Any(c => c.Name == column.Name))
                differences.Add(new("extra", column.Name, "", Place(place), $"The pipeline gives '{column.Name}', which the model does not know; leave it out of the vector's columns."));
        }

        return differences;
    }

    static void Compare(int place, ColumnSpec want, IReadOnlyList<FeatureColumn> columns, List<ContractDifference> differences)
    {
        int at = columns.Index().Where(c => c.Item.Name == want.Name).Select(c => c.Index).DefaultIfEmpty(-1).First();
        if (at < 0)
        {
            differences.Add(new("missing", want.Name, Place(place), "", $"The model wants '{want.Name}', which the pipeline does not give; add the feature."));
            return;
        }

        FeatureColumn have = columns[at];
        if (at != place)
            differences.Add(new("order", want.Name, Place(place), Place(at), $"The model wants '{want.Name}' at {Place(place)}, the pipeline gives it at {Place(at)}; write the columns in the model's order."));
        if (have.Unit != want.Unit)
            differences.Add(new("unit", want.Name, want.Unit, have.Unit, $"The model wants '{want.Name}' in [{want.Unit}], the pipeline gives it in [{have.Unit}]; units are never converted."));
        if (have.DType != want.DType)
            differences.Add(new("dtype", want.Name, want.DType, have.DType, $"The model wants '{want.Name}' as {want.DType}, the pipeline gives {have.DType}."));
    }

    static string Place(int index) => string.Create(CultureInfo.InvariantCulture, $"place {index}");

    static string Pipeline(string id, string version, Digest identity) => $"'{id}' {version} ({identity})";
}
