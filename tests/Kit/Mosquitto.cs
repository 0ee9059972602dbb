using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace EdgeRuntime.Tests.Kit;

/// <summary>
/// A real mosquitto with a disk on a port of its own. It keeps its port and its folder over <see cref="Kill"/> and <see cref="StartAsync"/>, as a broker
/// on the floor does.
/// </summary>
public sealed class Mosquitto : IAsyncDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("mosquitto-").FullName;
    readonly string[] _extra;
    readonly List<string> _log = [];
    Process? _process;

    /// <param name="extra">Further lines of mosquitto.conf; <c>{folder}</c> stands for the broker's folder.</param>
    public Mosquitto(params string[] extra)
    {
        _extra = extra;
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        Port = ((IPEndPoint)probe.LocalEndpoint).Port;
    }

    /// <summary>Where the program lies, or null where it is not installed.</summary>
    public static string? Program { get; } = Find("mosquitto");

    /// <summary>The sentence to skip with where <see cref="Program"/> is null.</summary>
    public const string Absent = "mosquitto is not installed.";

    public int Port { get; }

    public string Folder => _folder;

    public string Log
    {
        get
        {
            lock (_log)
                return string.Join('\n', _log);
        }
    }

    public static async Task<Mosquitto> StartNewAsync(params string[] extra)
    {
        var broker = new Mosquitto(extra);
        await broker.StartAsync();
        return broker;
    }

    public async Task StartAsync()
    {
        // Every change is on disk before the next second of a real outage would begin: what was accepted survives a kill of the broker.
        string[] settings =
        [
            string.Create(CultureInfo.InvariantCulture, $"listener {Port} 127.0.0.1"),
            "allow_anonymous true", "persistence true", $"persistence_location {_folder}/", "autosave_on_changes true", "autosave_interval 1",
            "max_queued_messages 0", "log_type all",
            .. _extra.Select(line => line.Replace("{folder}", _folder, StringComparison.Ordinal)),
        ];
        string settingsFile = Path.Combine(_folder, "mosquitto.conf");
        await File.WriteAllLinesAsync(settingsFile, settings);
        var start = new ProcessStartInfo(Program ?? throw new InvalidOperationException(Absent), ["-c", settingsFile])
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        };
        // Otherwise root's mosquitto becomes a user who may not write the folder.
        if (Environment.UserName == "root")
            await File.AppendAllTextAsync(settingsFile, "user root\n");
        _process = Process.Start(start)!;
        _process.ErrorDataReceived += (_, line) => Note(line.Data);
        _process.OutputDataReceived += (_, line) => Note(line.Data);
        _process.BeginErrorReadLine();
        _process.BeginOutputReadLine();
        await WaitUntilItListensAsync();
    }

    /// <summary>As a power cut: no goodbye, no last snapshot.</summary>
    public void Kill()
    {
        if (_process is null)
            return;
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
        _process = null;
    }

    public ValueTask DisposeAsync()
    {
        Kill();
        Directory.Delete(_folder, recursive: true);
        return ValueTask.CompletedTask;
    }

    /// <summary>Runs mosquitto_pub or mosquitto_sub and gives what it printed.</summary>
    public static async Task<string> ClientAsync(string program, TimeSpan timeout, params string[] arguments)
    {
        var start = new ProcessStartInfo(Find(program) ?? throw new InvalidOperationException($"{program} is not installed."), arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using Process client = Process.Start(start)!;
        try
        {
            using var limit = new CancellationTokenSource(timeout);
            Task<string> output = client.StandardOutput.ReadToEndAsync(limit.Token);
            Task<string> error = client.StandardError.ReadToEndAsync(limit.Token);
            await client.WaitForExitAsync(limit.Token);
            return client.ExitCode == 0 ? await output : throw new InvalidOperationException($"{program} ended with {client.ExitCode}: {await error}");
        }
        finally
        {
            if (!client.HasExited)
                client.Kill();
        }
    }

    void Note(string? line)
    {
        lock (_log)
            _log.Add(line ?? "");
    }

    async Task WaitUntilItListensAsync()
    {
        for (int attempt = 0; attempt < 600; attempt++)
        {
            if (_process!.HasExited)
                throw new InvalidOperationException($"mosquitto ended at once:\n{Log}");
            try
            {
                using var probe = new TcpClient();
                await probe.ConnectAsync(IPAddress.Loopback, Port);
                return;
            }
            catch (SocketException)
            {
                await Task.Delay(50);
            }
        }

        throw new TimeoutException($"mosquitto did not listen within 30 s:\n{Log}");
    }

    static string? Find(string program) => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Append("/usr/sbin")
        .Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists);
}
