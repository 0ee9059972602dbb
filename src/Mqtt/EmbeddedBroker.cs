using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using MQTTnet.Protocol;
using MQTTnet.Server;

namespace EdgeRuntime.Mqtt;

/// <summary>How the box's own broker listens.</summary>
public sealed record EmbeddedBrokerOptions
{
    /// <summary>Loopback unless told.</summary>
    public IPAddress Address { get; init; } = IPAddress.Loopback;

    /// <summary>1883 unless told; 0: any that is free.</summary>
    public int Port { get; init; } = 1883;

    /// <summary>Empty: anybody who reaches the port may come in.</summary>
    public string User { get; init; } = "";

    public string Password { get; init; } = "";

    /// <summary>Messages kept for a session that is away; one more drops the oldest, counted in <see cref="EmbeddedBroker.Dropped"/>. 100,000 unless told.</summary>
    public int PendingMax { get; init; } = 100_000;
}

/// <summary>
/// A broker in this process for sites that have none. Sessions, kept messages and messages for absent sessions live in memory: they survive a lost
/// connection, not a restart of the box. A publisher that must not lose anything keeps a message until its PUBACK and needs a broker with a disk.
/// </summary>
public sealed partial class EmbeddedBroker : IAsyncDisposable
{
    readonly MqttServer _server;
    readonly ILogger<EmbeddedBroker> _logger;
    long _dropped;
    long _unnamed;

    EmbeddedBroker(MqttServer server, EmbeddedBrokerOptions options, ILogger<EmbeddedBroker> logger)
    {
        _server = server;
        _logger = logger;
        server.QueuedApplicationMessageOverwrittenAsync += e =>
        {
            if (Interlocked.Increment(ref _dropped) == 1)
                LogDropping(e.ReceiverClientId, options.PendingMax);
            return Task.CompletedTask;
        };
        server.ValidatingConnectionAsync += login => Validate(login, options);
    }

    /// <summary>Where it listens.</summary>
    public IPEndPoint Endpoint { get; private set; } = new(IPAddress.None, 0);

    /// <summary>Messages that were thrown away because a session was away for too long.</summary>
    public long Dropped => Interlocked.Read(ref _dropped);

    /// <exception cref="MqttDownException">The port is in use or the address is not this machine's.</exception>
    public static async Task<EmbeddedBroker> StartAsync(EmbeddedBrokerOptions options, ILoggerFactory loggers)
    {
        bool v6 = options.Address.AddressFamily == AddressFamily.InterNetworkV6;
        MqttServerOptions settings = new MqttServerOptionsBuilder()
            .WithDefaultEndpoint()
            .WithDefaultEndpointPort(options.Port)
            .WithDefaultEndpointBoundIPAddress(v6 ? IPAddress.None : options.Address)
            .WithDefaultEndpointBoundIPV6Address(v6 ? options.Address : IPAddress.None)
            .WithPersistentSessions(true)
            .WithMaxPendingMessagesPerClient(options.PendingMax)
            .WithPendingMessagesOverflowStrategy(MqttPendingMessagesOverflowStrategy.DropOldestQueuedMessage)
            .Build();
        MqttServer server = new MqttServerFactory().CreateMqttServer(settings);
        var broker = new EmbeddedBroker(server, options, loggers.CreateLogger<EmbeddedBroker>());
        try
        {
            await server.StartAsync();
        }
        catch (SocketException e)
        {
            server.Dispose();
            throw new MqttDownException(Sentence(options, e), e);
        }

        broker.Endpoint = new IPEndPoint(options.Address, settings.DefaultEndpointOptions.Port);
        broker.LogListening(broker.Endpoint);
        if (!IPAddress.IsLoopback(options.Address) && options.User.Length == 0)
            broker.LogOpenToAll(broker.Endpoint);
        return broker;
    }

    public async ValueTask DisposeAsync()
    {
        await _server.StopAsync();
        _server.Dispose();
        LogStopped(Endpoint, Dropped);
    }

    Task Validate(ValidatingConnectionEventArgs login, EmbeddedBrokerOptions options)
    {
        // A client may come without a name for a session that nobody keeps. MQTT 5 can be told the one it gets; MQTTnet refuses 3.1.1 without one.
        if (string.IsNullOrEmpty(login.ClientId))
            login.AssignedClientIdentifier = FormattableString.Invariant($"unnamed-{Interlocked.Increment(ref _unnamed)}");
        if (options.User.Length > 0 && (login.UserName != options.User || login.Password != options.Password))
            login.ReasonCode = MqttConnectReasonCode.BadUserNameOrPassword;
        return Task.CompletedTask;
    }

    static string Sentence(EmbeddedBrokerOptions options, SocketException e) => e.SocketErrorCode switch
    {
        SocketError.AddressAlreadyInUse => FormattableString.Invariant(
            $"The embedded MQTT broker cannot listen on {options.Address}:{options.Port}: the port is in use; stop the other program or choose another port."),
        SocketError.AddressNotAvailable => FormattableString.Invariant(
            $"The embedded MQTT broker cannot listen on {options.Address}:{options.Port}: that address is not this machine's."),
        SocketError.AccessDenied => FormattableString.Invariant(
            $"The embedded MQTT broker may not listen on {options.Address}:{options.Port}: ports below 1024 need a right that this user lacks."),
        _ => FormattableString.Invariant($"The embedded MQTT broker cannot listen on {options.Address}:{options.Port}: {e.Message}."),
    };
}
