using System.Diagnostics;
using EdgeRuntime.Journal.Disks;
using Xunit;

namespace EdgeRuntime.Tests.Unit.Journal;

/// <summary>
/// Whether a flush that the system fails is heard of. A library that fails every fdatasync and fsync of files called *.probe or *.log
/// after a mark file appears is preloaded into a child process; the child is this test assembly, asked by an environment variable.
/// </summary>
public class RealFlushTests(ITestOutputHelper output)
{
    [Fact]
    public void Our_flush_reports_an_error_that_the_system_reports()
    {
        string answer = InChild("ours");
        Assert.Contains("errno 5", answer, StringComparison.Ordinal);
        Assert.StartsWith("refused", answer, StringComparison.Ordinal);
    }

    [Fact]
    public void The_journal_stops_when_the_system_reports_a_flush_error() =>
        Assert.StartsWith("stopped after frame 0", InChild("journal"), StringComparison.Ordinal);

    [Fact]
    public void Our_folder_flush_reports_an_error_that_the_system_reports() =>
        Assert.StartsWith("refused", InChild("folder"), StringComparison.Ordinal);

    [Fact]
    public void The_frameworks_flush_still_does_not_which_is_why_ours_exists()
    {
        string answer = InChild("framework");
        Assert.True(
            answer.StartsWith("silent", StringComparison.Ordinal),
            $"This runtime now reports a failed flush ({answer}): docs/decisions/0003 can be reconsidered.");
    }

    [Fact]
    public void Without_a_fault_our_flush_succeeds()
    {
        using var journal = new JournalFolder();
        var disk = new RealDisk();
        disk.CreateFolder(journal.Folder);
        using IDiskFile file = disk.Create(Path.Combine(journal.Folder, "a.probe"), 4096);
        file.Sync();
        disk.SyncFolder(journal.Folder);
        Assert.Equal(4096, file.Length);
    }

    string InChild(string what)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Failing a flush of the real system needs Linux.");
        DirectoryInfo folder = Directory.CreateTempSubdirectory("flush-");
        try
        {
            string shim = Path.Combine(folder.FullName, "eio.so");
            Assert.SkipUnless(Compiled(folder, shim), "Failing a flush of the real system needs gcc, which is not here.");
            var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardOutput = true, RedirectStandardError = true };
            if (Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet")
                start.ArgumentList.Add(typeof(RealFlushTests).Assembly.Location);
            start.Environment["LD_PRELOAD"] = shim;
            start.Environment["FLUSH_FAILS_WHEN"] = Path.Combine(folder.FullName, "fail");
            start.Environment["JOURNAL_FLUSH_PROBE"] = what;
            start.Environment["JOURNAL_FLUSH_FOLDER"] = folder.FullName;
            using Process child = Process.Start(start)!;
            Task<string> errors = child.StandardError.ReadToEndAsync();
            string answer = child.StandardOutput.ReadToEnd().Trim();
            child.WaitForExit();
            output.WriteLine($"{what}: {answer} {errors.Result}");
            Assert.Contains("EIO was injected", errors.Result, StringComparison.Ordinal);
            return answer;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    static bool Compiled(DirectoryInfo folder, string shim)
    {
        const string Source = """
            #define _GNU_SOURCE
            #include <dlfcn.h>
            #include <errno.h>
            #include <stdlib.h>
            #include <unistd.h>
            static int fails(void)
            {
                const char *mark = getenv("FLUSH_FAILS_WHEN");
                if (!mark || access(mark, F_OK) != 0) return 0;
                return write(2, "EIO was injected\n", 17) == 17;
            }
            int fdatasync(int fd) { if (fails()) { errno = EIO; return -1; } return ((int (*)(int))dlsym(RTLD_NEXT, "fdatasync"))(fd); }
            int fsync(int fd) { if (fails()) { errno = EIO; return -1; } return ((int (*)(int))dlsym(RTLD_NEXT, "fsync"))(fd); }
            """;
        string source = Path.Combine(folder.FullName, "eio.c");
        File.WriteAllText(source, Source);
        try
        {
            using Process compiler = Process.Start("gcc", ["-shared", "-fPIC", "-o", shim, source, "-ldl"]);
            compiler.WaitForExit();
            return compiler.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }
}
