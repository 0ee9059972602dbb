using System.Reflection;

namespace EdgeRuntime.Service.Box;

/// <summary>Version and commit of this build, as decisions cite it.</summary>
static class BuildStamp
{
    /// <summary>Digits of the commit that are kept: enough to find it, short enough for a screen.</summary>
    const int CommitDigits = 12;

    public static string Text { get; } =
        Shortened(typeof(BuildStamp).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown");

    static string Shortened(string version)
    {
        int plus = version.IndexOf('+', StringComparison.Ordinal);
        return plus < 0 || version.Length <= plus + 1 + CommitDigits ? version : version[..(plus + 1 + CommitDigits)];
    }
}
