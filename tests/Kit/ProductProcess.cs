using System.Diagnostics;
using System.Text;

namespace EdgeRuntime.Tests.Kit;

/// <summary>One of the product's own executables as built beside the tests: edgeruntime, edgehq or firmware-sim.</summary>
public sealed class ProductProcess : IDisposable
{
    static readonly Dictionary<string, string> Projects = new()
    {
        ["edgeruntime"] = "EdgeRuntime.Service",
        ["edgehq"] = "EdgeRuntime.Hq",
        ["firmware-sim"] = "EdgeRuntime.FirmwareSim",
    };

    readonly Process _process;
    readonly StringBuilder _output = new();
    readonly StringBuilder _errors = new();

    ProductProcess(Process process) => _process = process;

    public bool HasExited => _process.HasExited;

    public int ExitCode => _process.ExitCode;

    public string Output
    {
        get
        {
            lock (_output)
                return _output.ToString();
        }
    }

    public string Errors
    {
        get
        {
            lock (_errors)
                return _errors.ToString();
        }
    }

    /// <summary>Path of an executable, in the same configuration as the tests that run.</summary>
    public static string PathOf(string program)
    {
        string configuration = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar)).Name;
        string file = OperatingSystem.IsWindows() ? program + ".exe" : program;
        string path = Path.Combine(TestData.Repository, "artifacts", "bin", Projects[program], configuration, file);
        return File.Exists(path) ? path : throw new FileNotFoundException($"{path} is not built; build the solution first.");
    }

    public static ProductProcess Start(string program, params string[] arguments) => StartAt(Path.GetTempPath(), program, arguments);

    public static ProductProcess StartAt(string folder, string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(PathOf(program), arguments) { RedirectStandardError = true, RedirectStandardOutput = true, WorkingDirectory = folder };
        var process = new Process { StartInfo = start };
        var product = new ProductProcess(process);
        process.OutputDataReceived += (_, line) => Append(product._output, line.Data);
        process.ErrorDataReceived += (_, line) => Append(product._errors, line.Data);
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return product;
    }

    /// <summary>Runs to the end and gives what it said; fails after <paramref name="patience"/>.</summary>
    public static async Task<(int Exit, string Output, string Errors)> RunAsync(TimeSpan patience, string program, params string[] arguments)
    {
        using ProductProcess product = Start(program, arguments);
        return await product.EndAsync(patience);
    }

    public async Task<(int Exit, string Output, string Errors)> EndAsync(TimeSpan patience)
    {
        using var limit = new CancellationTokenSource(patience);
        try
        {
            await _process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            _process.Kill(entireProcessTree: true);
            throw new TimeoutException($"{_process.StartInfo.FileName} {string.Join(' ', _process.StartInfo.ArgumentList)} did not end within {patience}. It said: {Output} {Errors}");
        }

        return (_process.ExitCode, Output, Errors);
    }

    /// <summary>kill -9: no handler runs, nothing is flushed.</summary>
    public void Kill()
    {
        _process.Kill(entireProcessTree: true);
        _process.WaitForExit();
    }

    /// <summary>The ordinary way: SIGTERM.</summary>
    public async Task<int> StopAsync(TimeSpan patience)
    {
        if (!_process.HasExited)
        {
            using Process kill = Process.Start("kill", ["-TERM", _process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
            await kill.WaitForExitAsync();
        }

        return (await EndAsync(patience)).Exit;
    }

    public void Dispose()
    {
        if (!_process.HasExited)
            Kill();
        _process.Dispose();
    }

    static void Append(StringBuilder to, string? line)
    {
        if (line is null)
            return;
        lock (to)
            to.AppendLine(line);
    }
}
