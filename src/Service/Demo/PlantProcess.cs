using System.Diagnostics;
using System.Globalization;

namespace EdgeRuntime.Service.Demo;

/// <summary>The pretend plant as a child process: firmware-sim, which lies beside the service.</summary>
sealed class PlantProcess : IDisposable
{
    static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(5);

    readonly Process _process;
    readonly List<string> _errors = [];

    PlantProcess(Process process) => _process = process;

    /// <summary>What it said on standard error.</summary>
    public IReadOnlyList<string> Errors
    {
        get
        {
            lock (_errors)
                return [.. _errors];
        }
    }

    public bool HasExited => _process.HasExited;

    public static PlantProcess Start(string asset, int brokerPort, int seed)
    {
        string name = OperatingSystem.IsWindows() ? "firmware-sim.exe" : "firmware-sim";
        string program = Path.Combine(AppContext.BaseDirectory, name);
        if (!File.Exists(program))
            throw new FileNotFoundException($"The pretend plant is not beside the service: {program} is missing. Build the whole solution, or publish again.");
        string[] arguments = ["simulate", "--broker", FormattableString.Invariant($"127.0.0.1:{brokerPort}"), "--asset", asset, "--rate", "10", "--seed", seed.ToString(CultureInfo.InvariantCulture), "--qos", "1"];
        var process = new Process { StartInfo = new ProcessStartInfo(program, arguments) { RedirectStandardError = true, RedirectStandardOutput = true, RedirectStandardInput = true } };
        var plant = new PlantProcess(process);
        process.ErrorDataReceived += (_, line) => plant.Heard(line.Data);
        process.OutputDataReceived += (_, _) => { };
        process.Start();
        process.BeginErrorReadLine();
        process.BeginOutputReadLine();
        return plant;
    }

    public void Dispose()
    {
        try
        {
            if (!_process.HasExited)
            {
                _process.Kill(entireProcessTree: true);
                _process.WaitForExit(StopPatience);
            }
        }
        catch (InvalidOperationException)
        {
            // It ended in between.
        }

        _process.Dispose();
    }

    void Heard(string? line)
    {
        if (line is null)
            return;
        lock (_errors)
            _errors.Add(line);
    }
}
