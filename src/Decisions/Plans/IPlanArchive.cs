using EdgeRuntime.Facts;
using EdgeRuntime.Fallback.Rules;
using EdgeRuntime.Features;
using EdgeRuntime.Registry;
using EdgeRuntime.Settings.Site;

namespace EdgeRuntime.Decisions.Plans;

/// <summary>Everything that ever decided on this box, by digest. What comes out was checked against the digest that was asked for.</summary>
public interface IPlanArchive
{
    /// <exception cref="PlanBrokenException">It is missing, or not the bytes that the digest names.</exception>
    ServingPlan Release(Digest serving);

    /// <inheritdoc cref="Release"/>
    FeaturePipelineDefinition Pipeline(Digest identity);

    /// <inheritdoc cref="Release"/>
    RulesDefinition Rules(Digest digest);

    /// <inheritdoc cref="Release"/>
    SiteDefinition Site(Digest digest);
}
