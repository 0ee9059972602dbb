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
    readonly Task _reading;
    bool _disposed;

    Listener(Process process)
    {
        _process = process;
        _reading = Task.Run(async () =>
        {
            while (await process.StandardOutput.ReadLineAsync() is { } line)
                _lines.Writer.TryWrite(line);
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
        Task<string> heard = listener.NextAsync(stop);
        while (!heard.IsCompleted)
        {
            await PublishAsync(broker, "ready/" + port, "x", stop);
            await Task.WhenAny(heard, Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, stop));
        }

        await heard;
        return listener;
    }

    public static async Task PublishAsync(Mosquitto broker, string topic, string payload, CancellationToken stop)
    {
        using Process publish = Process.Start(Mosquitto.Find("mosquitto_pub")!, ["-h", "127.0.0.1", "-p", broker.Port.ToString(CultureInfo.InvariantCulture), "-q", "1", "-t", topic, "-m", payload]);
        await publish.WaitForExitAsync(stop);
        Assert.Equal(0, publish.ExitCode);
    }

    /// <summary>The next message that is not a readiness probe's repetition.</summary>
    public async Task<string> NextAsync(CancellationToken stop) => await _lines.Reader.ReadAsync(stop);

    public async Task<(string Topic, string Payload)> NextMessageAsync(CancellationToken stop)
    {
        while (true)
        {
            string line = await NextAsync(stop);
            int space = line.IndexOf(" {", StringComparison.Ordinal);
            if (space > 0)
                return (line[..space], line[(space + 1)..]);
        }
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
