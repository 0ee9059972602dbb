using EdgeRuntime.Mqtt;
using EdgeRuntime.Telemetry;

namespace EdgeRuntime.Tests.EndToEnd.Telemetry;

/// <summary>A source that runs, for the time of a block.</summary>
sealed class Run : IAsyncDisposable
{
    readonly CancellationTokenSource _stop = new();
    readonly Task _running;

    Run(ITelemetrySource source, IIntake intake)
    {
        Source = source;
        _running = source.RunAsync(intake, _stop.Token);
    }

    internal ITelemetrySource Source { get; }

    /// <summary>Returns when it is connected.</summary>
    internal static async Task<Run> StartAsync(ITelemetrySource source, IIntake intake)
    {
        var run = new Run(source, intake);
        await Floor.UntilAsync(() => source.Status.State == SourceState.Connected, "the source is connected", () => source.Status.Sentence);
        return run;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        // An intake that was killed never answers, and then nor does whoever waits for it; a process would be gone.
        await Task.WhenAny(_running, Task.Delay(TimeSpan.FromSeconds(1)));
        _stop.Dispose();
    }
}

/// <summary>A publisher's session, for the time of a block.</summary>
sealed class Publishing : IAsyncDisposable
{
    readonly CancellationTokenSource _stop = new();
    readonly Task _running;

    Publishing(MqttSession session)
    {
        Session = session;
        _running = session.RunAsync(_stop.Token);
    }

    internal MqttSession Session { get; }

    internal CancellationToken Stop => _stop.Token;

    internal static async Task<Publishing> StartAsync(int port, string protocol = "5")
    {
        var publishing = new Publishing(Floor.Publisher(port, protocol));
        await publishing.Session.WhenConnectedAsync(publishing.Stop);
        return publishing;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running;
        _stop.Dispose();
    }
}
