using System.Diagnostics;
using System.Globalization;
using System.Threading.Channels;
using Xunit;

namespace EdgeRuntime.Tests.EndToEnd.FirmwareSim;

/// <summary>mosquitto_sub: an independent ear on the broker, with a session that survives the broker's restart.</summary>
sealed class Listener : IAsyncDisposable
{
    readonly Process _process;
    readonly Channel<string> _lines = Channel.CreateUnbounded<string>();
    readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly Task _reading;
    bool _disposed;

    Listener(Process process)
    {
        _process = process;
        _reading = Task.Run(async () =>
        {
            while (await process.StandardOutput.ReadLineAsync() is { } line)
            {
                // A retained message may come before the first probe: probes are told apart, never counted.
                if (line.StartsWith("ready/", StringComparison.Ordinal))
                    _ready.TrySetResult();
                else
                    _lines.Writer.TryWrite(line);
            }

            _lines.Writer.Complete();
        });
    }

    /// <summary>Lines are <c>topic payload</c>. Listens as soon as this returns.</summary>
    public static async Task<Listener> StartAsync(Mosquitto broker, string topic, CancellationToken stop)
    {
        string port = broker.Port.ToString(CultureInfo.InvariantCulture);
        string id = "listener-" + port;
        var start = new ProcessStartInfo(Mosquitto.Find("mosquitto_sub")!, ["-h", "127.0.0.1", "-p", port, "-i", id, "-c", "-q", "1", "-t", topic, "-t", "ready/#", "-F", "%t %p", "-k", "5"])
        {
            RedirectStandardOutput = true,
        };
        var listener = new Listener(Process.Start(start)!);
        // It is subscribed when it hears a message that is sent over and over until then.
        while (!listener._ready.Task.IsCompleted)
        {
            await PublishAsync(broker, "ready/" + port, "x", stop);
            await Task.WhenAny(listener._ready.Task, Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, stop));
        }

        return listener;
    }

    public static async Task PublishAsync(Mosquitto broker, string topic, string payload, CancellationToken stop)
    {
        using Process publish = Process.Start(Mosquitto.Find("mosquitto_pub")!, ["-h", "127.0.0.1", "-p", broker.Port.ToString(CultureInfo.InvariantCulture), "-q", "1", "-t", topic, "-m", payload]);
        await publish.WaitForExitAsync(stop);
        Assert.Equal(0, publish.ExitCode);
    }

    public async Task<(string Topic, string Payload)> NextMessageAsync(CancellationToken stop)
    {
        string line = await _lines.Reader.ReadAsync(stop);
        // Topics in these tests may hold spaces; payloads begin with a brace.
        int space = line.IndexOf(" {", StringComparison.Ordinal);
        return (line[..space], line[(space + 1)..]);
    }

    public async ValueTask DisposeAsync()
    {
        if (_disposed)
            return;
        _disposed = true;
        _process.Kill();
        await _process.WaitForExitAsync();
        await _reading;
        _process.Dispose();
    }
}
