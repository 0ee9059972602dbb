using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace EdgeRuntime.Tests.EndToEnd.FirmwareSim;

/// <summary>A real broker on a free port, that can be killed and started again with what it had kept on disk.</summary>
sealed class Mosquitto : IAsyncDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("mosquitto").FullName;
    Process? _process;

    Mosquitto(int port) => Port = port;

    public int Port { get; }

    public string Address => "127.0.0.1:" + Port.ToString(CultureInfo.InvariantCulture);

    public static bool IsInstalled => Find("mosquitto") is not null && Find("mosquitto_sub") is not null && Find("mosquitto_pub") is not null;

    public const string Absent = "mosquitto, mosquitto_sub and mosquitto_pub are not installed on this machine.";

    public static string? Find(string program) => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Append("/usr/sbin")
        .Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists);

    public static async Task<Mosquitto> StartAsync(CancellationToken stop)
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        int port = ((IPEndPoint)probe.LocalEndpoint).Port;
        probe.Stop();
        var broker = new Mosquitto(port);
        // Started by root, the broker becomes another user, who must be able to save its sessions here.
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(broker._folder, (UnixFileMode)0b111_111_111);
        // A listener may be slower than the plant at full speed; the broker queues for it without end.
        await File.WriteAllTextAsync(
            broker.Config,
            $"listener {port.ToString(CultureInfo.InvariantCulture)} 127.0.0.1\nallow_anonymous true\nmax_queued_messages 0\npersistence true\npersistence_location {broker._folder}/\n", stop);
        await broker.StartAgainAsync(stop);
        return broker;
    }

    public async Task StartAgainAsync(CancellationToken stop)
    {
        _process = Process.Start(new ProcessStartInfo(Find("mosquitto")!, ["-c", Config]) { RedirectStandardError = true, RedirectStandardOutput = true })!;
        _process.BeginErrorReadLine();
        _process.BeginOutputReadLine();
        while (true)
        {
            using var client = new TcpClient();
            try
            {
                await client.ConnectAsync(IPAddress.Loopback, Port, stop);
                return;
            }
            catch (SocketException) when (!_process.HasExited)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, stop);
            }
        }
    }

    /// <summary>Ends the broker as a service manager would (SIGTERM), so that it saves its sessions; every connection breaks.</summary>
    public async Task StopAsync()
    {
        if (_process is not { } process)
            return;
        using (Process kill = Process.Start("kill", ["-TERM", process.Id.ToString(CultureInfo.InvariantCulture)]))
            await kill.WaitForExitAsync();
        await process.WaitForExitAsync();
        process.Dispose();
        _process = null;
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        Directory.Delete(_folder, recursive: true);
    }

    string Config => Path.Combine(_folder, "mosquitto.conf");
}
