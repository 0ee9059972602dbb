using EdgeRuntime.Features;
using EdgeRuntime.Registry;
using EdgeRuntime.Registry.Manifest;

namespace EdgeRuntime.Decisions.Plans;

/// <summary>Whether a release and a pipeline are made for each other: the model must be asked exactly what it was trained on.</summary>
public static class PlanFit
{
    /// <summary>One plain sentence per disagreement; empty when they fit.</summary>
    public static IReadOnlyList<string> Misfits(ServingPlan plan, FeaturePipelineDefinition pipeline)
    {
        var misfits = new List<string>();
        FeaturesSection wants = plan.Manifest.Features;
        if (wants.Pipeline != pipeline.Identity)
        {
            misfits.Add(
                $"{plan.Title} was trained on pipeline '{wants.PipelineId}' {wants.PipelineVersion} ({wants.Pipeline.Short}), but the asset runs '{pipeline.Id}' {pipeline.Version} ({pipeline.Identity.Short}); use that pipeline, or train again.");
        }

        if (wants.Columns.Count != pipeline.Columns.Count)
        {
            misfits.Add($"{plan.Title} wants {wants.Columns.Count} features; the pipeline gives {pipeline.Columns.Count}.");
            return misfits;
        }

        for (int i = 0; i < wants.Columns.Count; i++)
        {
            ColumnSpec want = wants.Columns[i];
            FeatureColumn have = pipeline.Columns[i];
            if (want.Name != have.Name || want.Unit != have.Unit || want.DType != have.DType)
                misfits.Add($"{plan.Title} wants feature {i} to be '{want.Name}' [{want.Unit}] {want.DType}; the pipeline gives '{have.Name}' [{have.Unit}] {have.DType}.");
        }

        return misfits;
    }
}
