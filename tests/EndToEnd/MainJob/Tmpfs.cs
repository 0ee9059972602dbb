using System.Diagnostics;

namespace EdgeRuntime.Tests.EndToEnd.MainJob;

/// <summary>A small disk of its own, in memory. Only root may mount one; a test skips, saying so, where <see cref="TryMount"/> gives null.</summary>
sealed class Tmpfs : IDisposable
{
    /// <summary>The sentence to skip with where <see cref="TryMount"/> gives null.</summary>
    public const string Absent = "A tmpfs cannot be mounted here (it takes root and CAP_SYS_ADMIN).";

    readonly string _folder;

    Tmpfs(string folder) => _folder = folder;

    /// <param name="options">As for mount -o: <c>size=8m</c>, <c>ro</c>.</param>
    public static Tmpfs? TryMount(string folder, string options)
    {
        if (!OperatingSystem.IsLinux())
            return null;
        Directory.CreateDirectory(folder);
        return Run("mount", "-t", "tmpfs", "-o", options, "tmpfs", folder) ? new Tmpfs(folder) : null;
    }

    public void Dispose()
    {
        if (!Run("umount", _folder))
            Run("umount", "-l", _folder);
    }

    static bool Run(string program, params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        process.StandardError.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0;
    }
}
