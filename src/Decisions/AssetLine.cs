using EdgeRuntime.Decisions.Plans;
using EdgeRuntime.Facts;
using EdgeRuntime.Fallback.Rules;
using EdgeRuntime.Features;
using EdgeRuntime.Gateway;
using EdgeRuntime.Journal;
using EdgeRuntime.Registry;
using EdgeRuntime.Settings.Site;

namespace EdgeRuntime.Decisions;

/// <summary>
/// One asset's way from samples to decisions under one activation. A new activation keeps the pipeline's windows when pipeline and signals are
/// the same, and keeps the old primary loaded as the previous arm when it asks for the same pipeline.
/// </summary>
sealed class AssetLine : IDisposable
{
    readonly Activation _activation;
    readonly AssetDefinition _asset;
    readonly FeaturePipeline _pipeline;
    readonly InferenceGateway _gateway;
    readonly DecisionWriter _writer;
    readonly List<Fact> _found = [];
    readonly List<ServingArm> _shadows = [];

    AssetLine(Activation activation, AssetDefinition asset, FeaturePipeline pipeline, InferenceGateway gateway, DecisionWriter writer)
    {
        _activation = activation;
        _asset = asset;
        _pipeline = pipeline;
        _gateway = gateway;
        _writer = writer;
    }

    public IReadOnlyList<ServingArm> Shadows => _shadows;

    /// <exception cref="PlanBrokenException">A part of the plan cannot be had, or the parts do not fit.</exception>
    public static AssetLine Begin(Activation activation, IPlanArchive archive, ArmLoader arms, AssetLine? before)
    {
        AssetDefinition asset = archive.Site(activation.Site).Assets.FirstOrDefault(a => a.Id == activation.Asset)
            ?? throw new PlanBrokenException(PlanPart.Site, $"site.yaml {activation.Site.Short} has no asset '{activation.Asset}'.");
        FeaturePipelineDefinition definition = archive.Pipeline(activation.Pipeline);
        RulesDefinition rules = activation.Rules.IsNone ? RulesDefinition.None : archive.Rules(activation.Rules);
        ServingPlan? plan = activation.Serving.IsNone ? null : archive.Release(activation.Serving);
        if (plan is not null && PlanFit.Misfits(plan, definition) is [string misfit, ..])
            throw new PlanBrokenException(PlanPart.Features, misfit);

        string[] features = [.. definition.Columns.Select(c => c.Name)];
        (ServingArm? primary, ServingArm? simple) = Load(plan, arms);
        bool samePipeline = before is not null && before._activation.Pipeline == activation.Pipeline && SameSignals(before._asset, asset);
        ServingArm? previous = samePipeline && before!._activation.Serving != activation.Serving ? before._gateway.HandOnPrimary() : null;
        FeaturePipeline pipeline = samePipeline ? before!._pipeline : new FeaturePipeline(definition, asset);
        var gateway = new InferenceGateway(primary, previous, simple, plan?.Manifest, new PlantRules(rules, features));
        var line = new AssetLine(activation, asset, pipeline, gateway, new DecisionWriter(activation, features, plan?.Manifest.Postprocessing));
        before?.Dispose();
        return line;
    }

    /// <exception cref="PlanBrokenException">The release cannot be had, or its model does not load.</exception>
    public void AddShadow(Digest serving, IPlanArchive archive, ArmLoader arms)
    {
        try
        {
            _shadows.Add(arms.Load(archive.Release(serving), ArmRole.Shadow));
        }
        catch (ArmRefusedException e)
        {
            throw new PlanBrokenException(PlanPart.Model, e.Message, e);
        }
    }

    /// <summary>Adds what this input made the asset say, each decision after everything it rests on.</summary>
    public void Take(StoredBatch input, IModelCalls calls, ICollection<Fact> said)
    {
        _found.Clear();
        _pipeline.Take(input, _found);
        foreach (Fact fact in _found)
        {
            said.Add(fact);
            if (fact is not FeatureVector vector)
                continue;
            Answer answer = _gateway.Ask(vector, calls, said);
            said.Add(_writer.Write(vector, answer));
        }
    }

    public void Dispose()
    {
        _gateway.Dispose();
        foreach (ServingArm shadow in Shadows)
            shadow.Dispose();
    }

    static (ServingArm? Primary, ServingArm? Simple) Load(ServingPlan? plan, ArmLoader arms)
    {
        if (plan is null)
            return (null, null);
        try
        {
            ServingArm primary = arms.Load(plan, ArmRole.Primary);
            try
            {
                return (primary, arms.LoadSimple(plan));
            }
            catch
            {
                primary.Dispose();
                throw;
            }
        }
        catch (ArmRefusedException e)
        {
            throw new PlanBrokenException(PlanPart.Model, e.Message, e);
        }
    }

    static bool SameSignals(AssetDefinition a, AssetDefinition b) =>
        a.Signals.Count == b.Signals.Count && a.Signals.All(s => b.Signals.TryGetValue(s.Key, out string? tag) && tag == s.Value);
}
