using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;
using EdgeRuntime.Settings;
using EdgeRuntime.Tests.Architecture.Tree;
using EdgeRuntime.Tests.Kit;
using Xunit;

namespace EdgeRuntime.Tests.Architecture;

/// <summary>The installer is run for real, below a folder of its own; the unit is judged by systemd's own tools.</summary>
public sealed class InstallerTests : IDisposable
{
    const string Unit = "installer/systemd/edgeruntime.service";

    // Exposure 1.5 of 10, what "OK" begins far above of.
    const string ExposureMax = "15";

    readonly string _folder = Directory.CreateTempSubdirectory("installer").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void The_unit_is_one_that_systemd_understands()
    {
        string analyze = SystemdAnalyze();
        string unit = Path.Combine(_folder, "edgeruntime.service");

        // The program is not installed here; everything else is judged as it stands.
        string text = SourceTree.Text(Unit);
        Assert.Contains("ExecStart=/opt/edgeruntime/current/edgeruntime run ", text, StringComparison.Ordinal);
        File.WriteAllText(unit, text.Replace("/opt/edgeruntime/current/edgeruntime", "/bin/sh", StringComparison.Ordinal));
        (int status, string output) = Run(analyze, "verify", "--recursive-errors=no", unit);
        Assert.True(status == 0, output);
        Assert.DoesNotContain("edgeruntime.service:", output, StringComparison.Ordinal);

        File.WriteAllText(unit, File.ReadAllText(unit).Replace("Type=notify", "Type=notified", StringComparison.Ordinal));
        (_, output) = Run(analyze, "verify", "--recursive-errors=no", unit);
        Assert.Contains("notified", output, StringComparison.Ordinal);
    }

    [Fact]
    public void The_unit_leaves_the_service_little_to_misuse()
    {
        string analyze = SystemdAnalyze();
        (int status, string output) = Run(analyze, "security", "--offline=yes", $"--threshold={ExposureMax}", Path.Combine(TestData.Repository, Unit));
        Assert.True(status == 0, output);

        string naive = Path.Combine(_folder, "naive.service");
        File.WriteAllText(naive, "[Service]\nExecStart=/bin/sh\n");
        (status, _) = Run(analyze, "security", "--offline=yes", $"--threshold={ExposureMax}", naive);
        Assert.NotEqual(0, status);
    }

    [Fact]
    public void Installing_twice_changes_nothing_and_never_overwrites_what_a_person_wrote()
    {
        string published = Publish("one"), root = Path.Combine(_folder, "root");
        Assert.Equal(0, Install(root, published).Status);
        string settings = Path.Combine(root, "etc/edgeruntime/appsettings.json");
        Assert.Equal(SourceTree.Text("installer/systemd/appsettings.json"), File.ReadAllText(settings));
        Assert.Equal(SourceTree.Text(Unit), File.ReadAllText(Path.Combine(root, "etc/systemd/system/edgeruntime.service")));
        Assert.Equal("one", File.ReadAllText(Path.Combine(root, "opt/edgeruntime/current/edgeruntime")));
        Assert.True(Directory.Exists(Path.Combine(root, "var/lib/edgeruntime/registry")), "A release needs its place, and 'check' a data folder, before the first start.");

        File.WriteAllText(settings, "{}");
        Assert.Equal(0, Install(root, published).Status);
        Assert.Equal("{}", File.ReadAllText(settings));
        Assert.Single(Directory.GetDirectories(Path.Combine(root, "opt/edgeruntime/versions")));
    }

    [Fact]
    public void An_upgrade_switches_and_keeps_the_build_before()
    {
        string root = Path.Combine(_folder, "root");
        Assert.Equal(0, Install(root, Publish("one")).Status);
        Assert.Equal(0, Install(root, Publish("two")).Status);
        Assert.Equal("two", File.ReadAllText(Path.Combine(root, "opt/edgeruntime/current/edgeruntime")));
        Assert.Equal(["one", "two"], Directory.GetDirectories(Path.Combine(root, "opt/edgeruntime/versions"))
            .Select(v => File.ReadAllText(Path.Combine(v, "edgeruntime"))).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void What_is_not_a_published_build_is_not_installed()
    {
        (int status, string output) = Install(Path.Combine(_folder, "root"), _folder);
        Assert.Equal(1, status);
        Assert.Contains("holds no edgeruntime", output, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.Combine(_folder, "root")));
    }

    [Fact]
    public void Uninstalling_keeps_what_the_box_knows_unless_told_to_purge()
    {
        string root = Path.Combine(_folder, "root"), journal = Path.Combine(root, "var/lib/edgeruntime/journal");
        Install(root, Publish("one"));
        Directory.CreateDirectory(journal);
        Assert.Equal(0, Script("uninstall.sh", "--root", root).Status);
        Assert.False(Directory.Exists(Path.Combine(root, "opt/edgeruntime")));
        Assert.False(File.Exists(Path.Combine(root, "etc/systemd/system/edgeruntime.service")));
        Assert.True(Directory.Exists(journal));
        Assert.Equal(0, Script("uninstall.sh", "--root", root, "--purge").Status);
        Assert.False(Directory.Exists(Path.Combine(root, "var/lib/edgeruntime")));
        Assert.False(Directory.Exists(Path.Combine(root, "etc/edgeruntime")));
    }

    /// <summary>The installers bring copies of appsettings.json with other paths; they must not fall behind.</summary>
    [Theory]
    [InlineData("installer/systemd/appsettings.json")]
    [InlineData("installer/windows/appsettings.json")]
    public void Installed_settings_have_the_keys_of_the_documented_ones(string path)
    {
        string[] documented = KeysOf("appsettings.json");
        Assert.NotEmpty(documented);
        Assert.Equal(documented, KeysOf(path));
    }

    static string[] KeysOf(string path)
    {
        SettingsDocument document = SettingsDocument.Parse(path, Encoding.UTF8.GetBytes(SourceTree.Text(path)));
        Assert.Empty(document.Violations);
        return [.. SettingsKeys.Leaves(document.Root)];
    }

    string Publish(string content)
    {
        string published = Directory.CreateDirectory(Path.Combine(_folder, "published-" + content)).FullName;
        File.WriteAllText(Path.Combine(published, "edgeruntime"), content);
        return published;
    }

    static (int Status, string Output) Install(string root, string published) => Script("install.sh", "--root", root, published);

    static (int Status, string Output) Script(string name, params string[] arguments)
    {
        Assert.SkipUnless(RuntimeInformation.IsOSPlatform(OSPlatform.Linux), "The systemd installer is for Linux.");
        return Run("bash", [Path.Combine(TestData.Repository, "installer/systemd", name), .. arguments]);
    }

    static string SystemdAnalyze()
    {
        string? found = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Select(p => Path.Combine(p, "systemd-analyze")).FirstOrDefault(File.Exists);
        Assert.SkipWhen(found is null, "systemd-analyze is not installed here, so nobody judges the unit.");
        return found!;
    }

    static (int Status, string Output) Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd() + errors.GetAwaiter().GetResult();
        process.WaitForExit();
        return (process.ExitCode, output);
    }
}
