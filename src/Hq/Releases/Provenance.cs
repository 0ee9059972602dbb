using System.Reflection;
using System.Runtime.InteropServices;
using EdgeRuntime.Facts;
using EdgeRuntime.Hq.Recipes;

namespace EdgeRuntime.Hq.Releases;

/// <summary>Which code in which environment made a release.</summary>
/// <param name="Environment">The trainer and its runtime, in words.</param>
/// <param name="Lock">SHA-256 of the list of all packages the trainer was built from; none for a single-file build.</param>
sealed record Provenance(CodeOrigin Code, string Environment, Digest Lock, string Hardware)
{
    /// <summary>What this build knows about itself. A recipe may state the code's origin where the build cannot know it.</summary>
    internal static Provenance OfThisBuild(CodeOrigin? stated)
    {
        Assembly assembly = typeof(Provenance).Assembly;
        string version = assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "";
        string[] parts = version.Split('+', 2);
        string packages = Path.Combine(AppContext.BaseDirectory, "edgehq.deps.json");
        return new Provenance(
            stated ?? new CodeOrigin("", parts.Length == 2 ? parts[1] : "unknown", Dirty: null),
            $"edgehq {parts[0]}, {RuntimeInformation.FrameworkDescription}",
            File.Exists(packages) ? Digest.Of(File.ReadAllBytes(packages)) : Digest.None,
            RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant());
    }
}
