using Microsoft.Extensions.Logging;
using Polly;
using Polly.Retry;

namespace EdgeRuntime.Mqtt;

/// <summary>
/// A session with a broker that outlives its connections: it reconnects by itself (soon at first, then every half minute, with jitter), subscribes
/// anew each time, and never acknowledges by itself.
/// </summary>
public sealed partial class MqttSession
{
    readonly MqttSessionOptions _options;
    readonly IReadOnlyList<MqttSubscription> _subscriptions;
    readonly Action<MqttArrival>? _onArrival;
    readonly ILogger<MqttSession> _logger;
    readonly ReconnectDelay _delay;
    readonly ResiliencePipeline _reconnect;
    MqttConnection? _connection;
    TaskCompletionSource _connected = NewSignal();

    /// <param name="onArrival">Called for one message after the other in the order of arrival; must be quick and must not wait. Null for a session that only publishes.</param>
    /// <param name="jitterSeed">Different on every box, or all come back at once.</param>
    public MqttSession(
        MqttSessionOptions options, IReadOnlyList<MqttSubscription> subscriptions, Action<MqttArrival>? onArrival, TimeProvider time, int jitterSeed, ILoggerFactory loggers)
    {
        _options = options;
        _subscriptions = subscriptions;
        _onArrival = onArrival;
        _logger = loggers.CreateLogger<MqttSession>();
        _delay = new ReconnectDelay(time, new Random(jitterSeed));
        _reconnect = new ResiliencePipelineBuilder { TimeProvider = time }.AddRetry(new RetryStrategyOptions
        {
            MaxRetryAttempts = int.MaxValue,
            ShouldHandle = new PredicateBuilder().Handle<MqttDownException>(),
            DelayGenerator = _ => new ValueTask<TimeSpan?>(_delay.Next()),
            OnRetry = OnDown,
        }).Build();
        Status = new MqttStatus(MqttState.Connecting, $"Connecting to the MQTT broker {options.Address}.");
    }

    public MqttStatus Status { get; private set; }

    /// <summary>Lives until <paramref name="stop"/>; what goes wrong at the broker is in <see cref="Status"/>, never an exception.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        try
        {
            await _reconnect.ExecuteAsync(LiveOnceAsync, stop);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            Status = new MqttStatus(MqttState.Down, $"The session with the MQTT broker {_options.Address} was stopped.");
        }
    }

    /// <summary>Completes when there is a connection.</summary>
    public Task WhenConnectedAsync(CancellationToken stop) => Volatile.Read(ref _connected).Task.WaitAsync(stop);

    /// <summary>Sends one message; at QoS 1 and 2 it completes when the broker has it.</summary>
    /// <exception cref="MqttDownException">There is no connection, or the broker did not take it. Whether it has the message is then not known.</exception>
    public Task PublishAsync(string topic, ReadOnlyMemory<byte> payload, int qos, bool retain, CancellationToken stop) =>
        Volatile.Read(ref _connection) is { } connection
            ? connection.PublishAsync(topic, payload, qos, retain, stop)
            : Task.FromException(new MqttDownException(Status.Sentence));

    async ValueTask LiveOnceAsync(CancellationToken stop)
    {
        await using var connection = new MqttConnection(_options, _onArrival);
        try
        {
            await connection.OpenAsync(_subscriptions, stop);
            if (_options.Birth is { } birth)
                await connection.PublishAsync(birth.Topic, birth.Payload, 1, retain: true, stop);
            _delay.Connected();
            Status = new MqttStatus(MqttState.Connected, $"Connected to the MQTT broker {_options.Address}.");
            LogConnected(_options.Address, _options.ClientId, _subscriptions.Count);
            Volatile.Write(ref _connection, connection);
            Volatile.Read(ref _connected).TrySetResult();
            string why = await connection.Lost.WaitAsync(stop);
            throw new MqttDownException(why);
        }
        finally
        {
            // Only a signal that was given is renewed: whoever waits on one that was not still waits for the next connection.
            if (_connected.Task.IsCompleted)
                Volatile.Write(ref _connected, NewSignal());
            Volatile.Write(ref _connection, null);
        }
    }

    ValueTask OnDown(OnRetryArguments<object> down)
    {
        string sentence = down.Outcome.Exception?.Message ?? "";
        // One line per reason, not per try: a broker that is off for a week must not fill the log.
        if (Status.Sentence != sentence)
            LogDown(sentence, down.RetryDelay.TotalSeconds);
        Status = new MqttStatus(MqttState.Down, sentence);
        return default;
    }

    static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
