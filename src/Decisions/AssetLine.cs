using EdgeRuntime.Decisions.Plans;
using EdgeRuntime.Facts;
using EdgeRuntime.Facts.Canonical;
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

    public string Asset => _activation.Asset;

    /// <summary>Of the primary.</summary>
    public Activation Activation => _activation;

    public IReadOnlyList<ServingArm> Shadows => _shadows;

    public long HeldSamples => _pipeline.HeldSamples;

    /// <exception cref="PlanBrokenException">A part of the plan cannot be had, or the parts do not fit.</exception>
    public static AssetLine Begin(Activation activation, IPlanArchive archive, ArmLoader arms, AssetLine? before)
    {
        Plan plan = Open(activation, archive, arms);
        bool samePipeline = before is not null && before._activation.Pipeline == activation.Pipeline && SameSignals(before._asset, plan.Asset);
        // A distance and a probability are not held against the same threshold: a release whose score is of the other kind is no rung below this one.
        bool sameScale = before is not null && before._writer.ScoreIsProbability == (plan.Serving?.Manifest.Postprocessing.ScoreIsProbability ?? false);
        ServingArm? previous = samePipeline && sameScale && before!._activation.Serving != activation.Serving ? before._gateway.HandOnPrimary() : null;
        AssetLine line = Make(activation, plan, previous, samePipeline ? before!._pipeline : new FeaturePipeline(plan.Pipeline, plan.Asset));
        before?.Dispose();
        return line;
    }

    /// <summary>Brings back a line that <see cref="Save"/> wrote; what it is made of is had from the archive again.</summary>
    /// <exception cref="PlanBrokenException">A part of the plan cannot be had any more.</exception>
    /// <exception cref="FactFormatException">The bytes are not the state of a line.</exception>
    public static AssetLine Restore(Activation activation, ref CanonicalReader from, IPlanArchive archive, ArmLoader arms)
    {
        Digest previous = from.Digest();
        Plan plan = Open(activation, archive, arms);
        ServingArm? warm = null;
        try
        {
            warm = previous.IsNone ? null : LoadArm(previous, ArmRole.Previous, archive, arms);
        }
        catch
        {
            plan.Dispose();
            throw;
        }

        AssetLine line = Make(activation, plan, warm, new FeaturePipeline(plan.Pipeline, plan.Asset));
        try
        {
            line._pipeline.Restore(ref from);
            line._gateway.Restore(ref from);
            line._writer.Restore(ref from);
            int shadows = from.Count(bytesEach: 32);
            for (int i = 0; i < shadows; i++)
                line.AddShadow(from.Digest(), archive, arms);
            return line;
        }
        catch
        {
            line.Dispose();
            throw;
        }
    }

    /// <summary>Writes everything that what the asset says next depends on, except the activation in force.</summary>
    public void Save(CanonicalWriter to)
    {
        to.Digest(_gateway.Previous);
        _pipeline.Save(to);
        _gateway.Save(to);
        _writer.Save(to);
        to.Count(_shadows.Count);
        foreach (ServingArm shadow in _shadows)
            to.Digest(shadow.Serving);
    }

    /// <exception cref="PlanBrokenException">The release cannot be had, or its model does not load.</exception>
    public void AddShadow(Digest serving, IPlanArchive archive, ArmLoader arms) => _shadows.Add(LoadArm(serving, ArmRole.Shadow, archive, arms));

    /// <summary>Adds what this input made the asset say, each decision after everything it rests on.</summary>
    /// <param name="ahead">Asked when a vector is decided about, and not before; may give null.</param>
    public void Take(StoredBatch input, IModelCalls calls, Func<DigestsAhead?>? ahead, ICollection<Fact> said)
    {
        _found.Clear();
        _pipeline.Take(input, _found);
        foreach (Fact fact in _found)
        {
            said.Add(fact);
            if (fact is not FeatureVector vector)
                continue;
            Answer answer = _gateway.Ask(vector, calls, said);
            said.Add(_writer.Write(vector, answer, ahead?.Invoke()));
        }
    }

    public void Dispose()
    {
        _gateway.Dispose();
        foreach (ServingArm shadow in Shadows)
            shadow.Dispose();
    }

    static Plan Open(Activation activation, IPlanArchive archive, ArmLoader arms)
    {
        AssetDefinition asset = archive.Site(activation.Site).Assets.FirstOrDefault(a => a.Id == activation.Asset)
            ?? throw new PlanBrokenException(PlanPart.Site, $"site.yaml {activation.Site.Short} has no asset '{activation.Asset}'.");
        FeaturePipelineDefinition pipeline = archive.Pipeline(activation.Pipeline);
        RulesDefinition rules = activation.Rules.IsNone ? RulesDefinition.None : archive.Rules(activation.Rules);
        ServingPlan? serving = activation.Serving.IsNone ? null : archive.Release(activation.Serving);
        if (serving is not null && PlanFit.Misfits(serving, pipeline) is [string misfit, ..])
            throw new PlanBrokenException(PlanPart.Features, misfit);
        (ServingArm? primary, ServingArm? simple) = Load(serving, arms);
        return new Plan(asset, pipeline, rules, serving, primary, simple);
    }

    static AssetLine Make(Activation activation, Plan plan, ServingArm? previous, FeaturePipeline pipeline)
    {
        string[] features = [.. plan.Pipeline.Columns.Select(c => c.Name)];
        var gateway = new InferenceGateway(plan.Primary, previous, plan.Simple, plan.Serving?.Manifest, new PlantRules(plan.Rules, features));
        return new AssetLine(activation, plan.Asset, pipeline, gateway, new DecisionWriter(activation, features, plan.Serving?.Manifest.Postprocessing));
    }

    static ServingArm LoadArm(Digest serving, ArmRole role, IPlanArchive archive, ArmLoader arms)
    {
        try
        {
            return arms.Load(archive.Release(serving), role);
        }
        catch (ArmRefusedException e)
        {
            throw new PlanBrokenException(PlanPart.Model, e.Message, e);
        }
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

    /// <summary>What an activation names, loaded.</summary>
    sealed record Plan(AssetDefinition Asset, FeaturePipelineDefinition Pipeline, RulesDefinition Rules, ServingPlan? Serving, ServingArm? Primary, ServingArm? Simple)
    {
        public void Dispose()
        {
            Primary?.Dispose();
            Simple?.Dispose();
        }
    }
}
