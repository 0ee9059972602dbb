using EdgeRuntime.Facts;
using EdgeRuntime.Fallback.Rules;
using EdgeRuntime.Gateway;
using EdgeRuntime.Inference.Accelerators;
using EdgeRuntime.Registry;
using EdgeRuntime.Registry.Trust;
using EdgeRuntime.Settings;

namespace EdgeRuntime.Service.Verbs;

/// <summary>Looks at one serving.yaml or one release folder, without a site: everything that is wrong by line, then its signatures, its rules and its golden run.</summary>
static class ReleaseAlone
{
    public static void Check(string path, string? trust, List<string> wrong, List<string> notes)
    {
        try
        {
            wrong.AddRange(ReleaseExamination.Of(path).Select(v => v.ToString()));
            if (wrong.Count == 0 && Directory.Exists(path))
                Whole(path, trust is null ? null : TrustRoot.Load(trust), wrong, notes);
        }
        catch (ReleaseRefusedException e)
        {
            wrong.Add(e.Message);
        }
    }

    /// <summary>The document and the files are well: what a box would do next.</summary>
    static void Whole(string folder, TrustRoot? root, List<string> wrong, List<string> notes)
    {
        var now = new EventTime(IngestTime.Now(TimeProvider.System).UnixNanoseconds);
        ServingPlan plan = ReleaseFolder.Open(folder, new ReleasePolicy { Root = root, AllowUnsigned = root is null, Now = now });
        notes.Add($"{plan.Title}: serving.yaml {plan.Serving}.");
        notes.AddRange(plan.SignatureTrace);
        if (root is null)
            notes.Add($"{(plan.Signatures.Count == 0 ? "It is not signed." : "Its signatures were not looked at.")} Name a trust root (--trust) to hold signatures against it.");
        if (plan.Manifest.Postprocessing.RulesFile is { Length: > 0 } rules)
        {
            string[] features = [.. plan.Manifest.Features.Columns.Select(c => c.Name)];
            wrong.AddRange(RulesDefinition.Check(SettingsDocument.Parse(Path.Combine(folder, rules), plan.Files[rules].ToArray()), features).Select(v => v.ToString()));
        }

        try
        {
            var arms = new ArmLoader(_ => AcceleratorLadder.Cpu, TimeProvider.System);
            using ServingArm arm = arms.Load(plan, ArmRole.Primary);
            arms.LoadSimple(plan)?.Dispose();
            arm.CheckGolden(plan);
            notes.Add($"It loads and repeats its golden run on {arm.Environment}.");
        }
        catch (ArmRefusedException e)
        {
            wrong.Add(e.Message);
        }
    }
}
