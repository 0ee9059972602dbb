using EdgeRuntime.Facts;
using EdgeRuntime.Inference;
using EdgeRuntime.Registry;
using EdgeRuntime.Registry.Manifest;

namespace EdgeRuntime.Gateway;

/// <summary>Release → loaded arm, on the accelerator that was chosen for this box.</summary>
/// <param name="provider">The rung of the accelerator ladder: <c>cpu</c> unless the box offers better.</param>
public sealed class ArmLoader(Func<IReadOnlyList<string>, string> provider, TimeProvider time)
{
    /// <exception cref="ArmRefusedException">The model cannot be served as the release says.</exception>
    public ServingArm Load(ServingPlan plan, ArmRole role)
    {
        ModelSection model = plan.Manifest.Model;
        return Load(plan, role, model.File, new ModelContract(Tensors(model.Inputs), Tensors(model.Outputs)));
    }

    /// <summary>The small model of the release's ladder; null when it names none. It takes what the model takes and gives one <c>score</c>.</summary>
    public ServingArm? LoadSimple(ServingPlan plan)
    {
        FallbackStep? step = plan.Manifest.Fallback.FirstOrDefault(s => s.Kind == FallbackKind.Model);
        return step is null
            ? null
            : Load(plan, ArmRole.Simple, step.File, new ModelContract(Tensors(plan.Manifest.Model.Inputs), [new TensorContract("score", "float32", ["batch", "1"])]));
    }

    ServingArm Load(ServingPlan plan, ArmRole role, string file, ModelContract contract)
    {
        ReadOnlyMemory<byte> bytes = plan.Files[file];
        var profile = new SessionProfile
        {
            Threads = plan.Manifest.Model.Threads,
            GraphOptimization = plan.Manifest.Model.GraphOptimization,
            Provider = provider(plan.Manifest.Model.Providers),
        };
        try
        {
            OnnxModel model = OnnxModel.Load(bytes, contract, profile, time);
            RefuseStrayContributions(plan, file, model);
            return new ServingArm(role, plan.Serving, Digest.Of(bytes.Span), plan.Title, model, plan.Manifest);
        }
        catch (ModelRefusedException e)
        {
            throw new ArmRefusedException($"{file} of {plan.Title}: {e.Message}", e);
        }
    }

    /// <summary>Contributions are told by the names of features; one that belongs to no feature cannot be told.</summary>
    static void RefuseStrayContributions(ServingPlan plan, string file, OnnxModel model)
    {
        int features = plan.Manifest.Features.Columns.Count;
        if (model.Find("contributions") is not { } contributions || contributions.Length == features)
            return;
        model.Dispose();
        throw new ArmRefusedException(
            $"{file} of {plan.Title}: its output 'contributions' has {contributions.Length} numbers, but there are {features} features; it must have one for each.");
    }

    static TensorContract[] Tensors(IReadOnlyList<TensorSpec> specs) => [.. specs.Select(s => new TensorContract(s.Name, s.DType, s.Shape))];
}
