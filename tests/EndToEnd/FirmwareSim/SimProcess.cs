using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using EdgeRuntime.Tests.Kit;

namespace EdgeRuntime.Tests.EndToEnd.FirmwareSim;

/// <summary>The built firmware-sim as a process of its own.</summary>
sealed class SimProcess : IAsyncDisposable
{
    readonly Process _process;
    readonly Task<string> _output;
    readonly Task<string> _errors;

    SimProcess(Process process)
    {
        _process = process;
        _output = process.StandardOutput.ReadToEndAsync();
        _errors = process.StandardError.ReadToEndAsync();
    }

    public static SimProcess Start(params string[] arguments)
    {
        // Built in the same configuration as these tests, in the folder beside theirs.
        string configuration = new DirectoryInfo(AppContext.BaseDirectory).Name;
        string program = Path.Combine(TestData.Repository, "artifacts", "bin", "EdgeRuntime.FirmwareSim", configuration, "firmware-sim.dll");
        return new SimProcess(Process.Start(new ProcessStartInfo("dotnet", [program, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true })!);
    }

    /// <summary>Asks it to stop as a service manager would.</summary>
    public async Task TerminateAsync()
    {
        using Process kill = Process.Start("kill", ["-TERM", _process.Id.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
    }

    /// <summary>Waits for its end; the last line of its output is the summary.</summary>
    public async Task<(int Code, JsonElement Summary, string Errors)> EndAsync(CancellationToken stop)
    {
        await _process.WaitForExitAsync(stop);
        string output = await _output, errors = await _errors;
        string last = output.Split('\n', StringSplitOptions.RemoveEmptyEntries) is [.., { } line] ? line : "null";
        return (_process.ExitCode, JsonSerializer.Deserialize<JsonElement>(last), errors);
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }
}
