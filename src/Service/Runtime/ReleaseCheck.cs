using EdgeRuntime.Decisions.Plans;
using EdgeRuntime.Facts;
using EdgeRuntime.Fallback.Rules;
using EdgeRuntime.Features;
using EdgeRuntime.Gateway;
using EdgeRuntime.Inference;
using EdgeRuntime.Registry;
using EdgeRuntime.Registry.Trust;
using EdgeRuntime.Settings;

namespace EdgeRuntime.Service.Runtime;

/// <summary>Everything that a release must pass before it may answer here: files, digests and signatures, contract with the pipeline, the rules can be read, the model loads, the golden run repeats.</summary>
static class ReleaseCheck
{
    /// <param name="environment">What can change the last bit of an answer on this box.</param>
    /// <exception cref="ReleaseRefusedException">The folder is not a release that may be loaded.</exception>
    /// <exception cref="SettingsException">Its rules cannot be read.</exception>
    /// <exception cref="PlanBrokenException">It does not fit the pipeline.</exception>
    /// <exception cref="ArmRefusedException">The model does not load, or does not give the golden answers.</exception>
    public static ServingPlan Open(string folder, ReleasePolicy policy, ArmRole role, FeaturePipelineDefinition pipeline, ArmLoader arms, out string environment)
    {
        ServingPlan plan = ReleaseFolder.Open(folder, policy);
        string mode = role == ArmRole.Shadow ? "shadow" : "full";
        if (!plan.Manifest.AllowedModes.Contains(mode))
            throw new ReleaseRefusedException($"{plan.Title} may not run in mode {mode}: routing.allowedModes says {string.Join(", ", plan.Manifest.AllowedModes)}.");
        if (plan.Manifest.Model.RuntimeVersions is { } versions && !versions.Contains(OnnxModel.RuntimeVersion))
            throw new ReleaseRefusedException($"{plan.Title} wants onnxruntime {versions.Text}; this box has {OnnxModel.RuntimeVersion}.");
        if (PlanFit.Misfits(plan, pipeline) is { Count: > 0 } misfits)
            throw new PlanBrokenException(PlanPart.Features, string.Join(" ", misfits));
        if (plan.Manifest.Postprocessing.RulesFile is { Length: > 0 } rules)
            RulesDefinition.Read(SettingsDocument.Parse(rules, plan.Files[rules].ToArray()));
        using ServingArm arm = arms.Load(plan, ArmRole.Primary);
        arms.LoadSimple(plan)?.Dispose();
        arm.CheckGolden(plan);
        environment = arm.Environment;
        return plan;
    }
}
