using EdgeRuntime.Mqtt;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeRuntime.Tests.EndToEnd.MainJob;

/// <summary>A plant that always says the right thing, with a ledger of what the broker took. Every message has a flow of its own, by which it is known again.</summary>
sealed class GoodPublisher : IAsyncDisposable
{
    readonly CancellationTokenSource _end = new();
    readonly CancellationTokenSource _stop = new();
    readonly List<double> _ledger = [];
    readonly MqttSession _session;
    readonly Task _running;
    Task _publishing = Task.CompletedTask;

    GoodPublisher(int port, string clientId)
    {
        var options = new MqttSessionOptions { Host = "127.0.0.1", Port = port, ClientId = clientId, Persistent = false };
        _session = new MqttSession(options, [], null, TimeProvider.System, 1, NullLoggerFactory.Instance);
        _running = _session.RunAsync(_end.Token);
    }

    /// <summary>The flows of all messages that the broker took.</summary>
    public IReadOnlyList<double> Ledger
    {
        get
        {
            lock (_ledger)
                return [.. _ledger];
        }
    }

    public static async Task<GoodPublisher> ConnectAsync(int port, string clientId = "good-plant")
    {
        var publisher = new GoodPublisher(port, clientId);
        await publisher._session.WhenConnectedAsync(CancellationToken.None);
        return publisher;
    }

    /// <summary>Any message by the same line.</summary>
    public Task SendAsync(string topic, ReadOnlyMemory<byte> payload, int qos = 1, bool retain = false) =>
        _session.PublishAsync(topic, payload, qos, retain, CancellationToken.None);

    /// <summary>One good message that happened at that moment.</summary>
    public async Task SendGoodAsync(string asset, DateTimeOffset at)
    {
        double flow;
        lock (_ledger)
        {
            flow = 50 + (_ledger.Count * 1e-6);
            _ledger.Add(flow);
        }

        await SendAsync($"plant/{asset}/telemetry", PumpSite.Message(at, flow));
    }

    /// <summary>Ten good messages a second from now on, until <see cref="StopAsync"/>.</summary>
    public void Begin(string asset) => _publishing = PublishAsync(asset);

    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        await _publishing;
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        await _end.CancelAsync();
        await _running;
        _end.Dispose();
        _stop.Dispose();
    }

    async Task PublishAsync(string asset)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        while (!_stop.IsCancellationRequested)
        {
            await SendGoodAsync(asset, DateTimeOffset.UtcNow);
            await timer.WaitForNextTickAsync(CancellationToken.None);
        }
    }
}
