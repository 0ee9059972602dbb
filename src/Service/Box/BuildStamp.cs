using System.Reflection;

namespace EdgeRuntime.Service.Box;

/// <summary>Version and commit of this build, as decisions cite it.</summary>
static class BuildStamp
{
    public static string Text { get; } =
        typeof(BuildStamp).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";
}
