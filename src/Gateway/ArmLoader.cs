using EdgeRuntime.Facts;
using EdgeRuntime.Inference;
using EdgeRuntime.Inference.Determinism;
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
        return Load(plan, role, model.File, ContractOf(model));
    }

    /// <summary>The small model of the release's ladder; null when it names none. It takes what the model takes and gives one <c>score</c>.</summary>
    public ServingArm? LoadSimple(ServingPlan plan)
    {
        FallbackStep? step = plan.Manifest.Fallback.FirstOrDefault(s => s.Kind == FallbackKind.Model);
        return step is null
            ? null
            : Load(plan, ArmRole.Simple, step.File, SimpleContract(plan));
    }

    /// <summary>What of this box can change the last bit of an answer of this release.</summary>
    public BoxEnvironment EnvironmentOf(ServingPlan plan) => OnnxModel.EnvironmentOf(ProfileOf(plan));

    /// <summary>Finds how well the release's model repeats itself on this box; for <see cref="ArmRole.Simple"/> its small model. Takes less than a second.</summary>
    /// <returns>Null when the release has no model for the role.</returns>
    /// <exception cref="ArmRefusedException">The model cannot be served as the release says.</exception>
    public Qualification? Qualify(ServingPlan plan, ArmRole role, string asset, string build)
    {
        ModelSection model = plan.Manifest.Model;
        FallbackStep? simple = plan.Manifest.Fallback.FirstOrDefault(s => s.Kind == FallbackKind.Model);
        if (role == ArmRole.Simple && simple is null)
            return null;
        string file = role == ArmRole.Simple ? simple!.File : model.File;
        ModelContract contract = role == ArmRole.Simple ? SimpleContract(plan) : ContractOf(model);
        // A bare null would become an empty file: ReadOnlyMemory converts from a null array.
        ReadOnlyMemory<byte>? golden = role != ArmRole.Simple && plan.Manifest.Golden is { } promised ? plan.Files[promised.File] : default(ReadOnlyMemory<byte>?);
        SessionProfile profile = ProfileOf(plan);
        try
        {
            QualificationResult found = QualificationRun.Qualify(plan.Files[file], contract, profile, golden, plan.Serving, time);
            return new Qualification
            {
                Asset = asset,
                Role = role,
                Serving = plan.Serving,
                Model = Digest.Of(plan.Files[file].Span),
                Class = found.Class,
                LargestDifference = found.LargestDifference,
                Tolerance = found.Tolerance,
                Vectors = found.Vectors,
                Runs = found.Runs,
                Build = build,
                Environment = OnnxModel.EnvironmentOf(profile),
                Sentence = found.Sentence,
            };
        }
        catch (ModelRefusedException e)
        {
            throw new ArmRefusedException($"{file} of {plan.Title}: {e.Message}", e);
        }
    }

    static ModelContract ContractOf(ModelSection model) => new(Tensors(model.Inputs), Tensors(model.Outputs)) { Opset = model.Opset };

    static ModelContract SimpleContract(ServingPlan plan) => new(Tensors(plan.Manifest.Model.Inputs), [new TensorContract("score", "float32", ["batch", "1"])]);

    SessionProfile ProfileOf(ServingPlan plan) => new()
    {
        Threads = plan.Manifest.Model.Threads,
        GraphOptimization = plan.Manifest.Model.GraphOptimization,
        Provider = provider(plan.Manifest.Model.Providers),
    };

    ServingArm Load(ServingPlan plan, ArmRole role, string file, ModelContract contract)
    {
        ReadOnlyMemory<byte> bytes = plan.Files[file];
        SessionProfile profile = ProfileOf(plan);
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
