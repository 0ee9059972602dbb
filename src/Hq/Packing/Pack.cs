using EdgeRuntime.Facts;
using EdgeRuntime.Gateway;
using EdgeRuntime.Hq.Keys;
using EdgeRuntime.Registry;
using EdgeRuntime.Registry.Trust;
using EdgeRuntime.Settings;

namespace EdgeRuntime.Hq.Packing;

/// <param name="Manifest">SHA-256 of the OCI manifest, by which a registry knows it.</param>
sealed record Packed(string Title, Digest Serving, Digest Manifest, int Files, long Bytes, string Environment);

/// <summary>Makes a release of a folder with a serving.yaml: files by digest, everything checked as a box would, the golden run repeated, the OCI manifest beside it.</summary>
static class Pack
{
    internal const string ConfigFile = "config.json";

    /// <param name="output">Where the release goes; the folder itself unless given.</param>
    /// <exception cref="SettingsException">serving.yaml breaks a rule; tells everything at once, with lines.</exception>
    /// <exception cref="KeyException">A file is not there, or the release is signed and would change.</exception>
    /// <exception cref="ReleaseRefusedException">The folder holds no serving.yaml.</exception>
    /// <exception cref="ArmRefusedException">The model does not load, or does not give the golden answers.</exception>
    internal static Packed Of(string folder, string? output)
    {
        string path = Path.Combine(folder, ReleaseFolder.ServingFile);
        if (!File.Exists(path))
            throw new KeyException($"{path} does not exist; a release begins with it.");
        byte[] before = File.ReadAllBytes(path);
        byte[] serving = FileList.Filled(path, before, folder);
        string target = output ?? folder;
        if (output is null && !serving.AsSpan().SequenceEqual(before) && Directory.EnumerateFiles(folder, "*.sigstore.json").Any())
            throw new KeyException($"The release in {folder} is signed and would get other bytes; pack it into another folder (--output), and sign it there.");
        if (output is not null)
            Copy(path, serving, folder, target);
        File.WriteAllBytes(Path.Combine(target, ReleaseFolder.ServingFile), serving);
        if (ReleaseExamination.Of(target) is { Count: > 0 } violations)
            throw new SettingsException(violations);

        ServingPlan plan = ReleaseFolder.Open(target, allowUnsigned: true);
        string environment = Golden(plan);
        byte[] config = OciManifest.ConfigOf(plan.Manifest, plan.Serving), manifest = OciManifest.Of(plan.Manifest, plan.Serving, serving.LongLength, config);
        File.WriteAllBytes(Path.Combine(target, ConfigFile), config);
        File.WriteAllBytes(Path.Combine(target, ReleaseSigning.ManifestFile), manifest);
        return new Packed(plan.Title, plan.Serving, Digest.Of(manifest), plan.Files.Count, plan.Files.Sum(f => (long)f.Value.Length), environment);
    }

    static void Copy(string path, byte[] serving, string folder, string target)
    {
        Directory.CreateDirectory(target);
        foreach (SettingsNode entry in SettingsDocument.Parse(path, serving).Root.List("files"))
            File.Copy(Path.Combine(folder, entry.Text("path")), Path.Combine(target, entry.Text("path")), overwrite: true);
    }

    static string Golden(ServingPlan plan)
    {
        var arms = new ArmLoader(_ => "cpu", TimeProvider.System);
        using ServingArm arm = arms.Load(plan, ArmRole.Primary);
        arms.LoadSimple(plan)?.Dispose();
        arm.CheckGolden(plan);
        return arm.Environment;
    }
}
