using System.Buffers;
using System.Net.Sockets;
using System.Threading.Channels;
using MQTTnet;
using MQTTnet.Exceptions;
using MQTTnet.Formatter;
using MQTTnet.Protocol;

namespace EdgeRuntime.FirmwareSim.Wire;

/// <summary>
/// MQTT 5 to one broker. A bounded buffer outlasts an outage; one loop sends from it in order with several messages in flight and keeps each until the
/// broker has acknowledged it; what was in flight when the connection broke goes first, in its order, with DUP set.
/// </summary>
sealed class BrokerWire : IPlantWire, IAsyncDisposable
{
    static readonly TimeSpan RetryFirst = TimeSpan.FromMilliseconds(100);
    static readonly TimeSpan RetryMax = TimeSpan.FromSeconds(2);
    static readonly TimeSpan CallTimeout = TimeSpan.FromSeconds(5);

    readonly WireOptions _options;
    readonly TimeProvider _time;
    readonly Action<string> _say;
    readonly Action<string, byte[]> _received;
    readonly Channel<WireMessage> _buffer;
    readonly CancellationTokenSource _abandon = new();
    Queue<WireMessage> _again = [];
    Task _sending = Task.CompletedTask;
    Connection? _connection;
    long _taken, _acknowledged, _dropped, _refused, _resent;
    int _connections;

    /// <param name="say">One sentence for the person at the keyboard: lost, back, refused.</param>
    /// <param name="received">Topic and payload of a subscribed message; called on the network thread.</param>
    public BrokerWire(WireOptions options, TimeProvider time, Action<string> say, Action<string, byte[]> received)
    {
        _options = options;
        _time = time;
        _say = say;
        _received = received;
        _buffer = Channel.CreateBounded<WireMessage>(new BoundedChannelOptions(options.BufferMax) { SingleReader = true });
    }

    public WireCount Count => new(
        Volatile.Read(ref _taken), Volatile.Read(ref _acknowledged), Volatile.Read(ref _dropped), Volatile.Read(ref _refused), Volatile.Read(ref _resent),
        Math.Max(0, _connections - 1));

    /// <summary>Connects and begins to send.</summary>
    /// <exception cref="UsageException">No broker answered within <see cref="WireOptions.FirstConnect"/>, or it refused this client.</exception>
    public async Task OpenAsync(CancellationToken stop)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
        long started = _time.GetTimestamp();
        TimeSpan pause = RetryFirst;
        while (true)
        {
            try
            {
                _connection = await ConnectAsync(limit.Token);
                break;
            }
            catch (Exception e) when (IsLineFault(e) && !stop.IsCancellationRequested)
            {
                if (_time.GetElapsedTime(started) >= _options.FirstConnect)
                    throw new UsageException($"No MQTT broker answers at {_options.Broker}: {Reason(e)} Start one there, or name another with --broker.", ExitCode.NoBroker);
            }

            await Task.Delay(pause, _time, stop);
            pause = Longer(pause);
        }

        _sending = Task.Run(() => SendAllAsync(_abandon.Token), CancellationToken.None);
    }

    public async ValueTask PublishAsync(WireMessage message, CancellationToken stop)
    {
        _taken++;
        if (_buffer.Writer.TryWrite(message))
            return;
        if (_options.WaitWhenFull)
        {
            await _buffer.Writer.WriteAsync(message, stop);
            return;
        }

        if (Interlocked.Increment(ref _dropped) == 1)
            _say($"The buffer of {_options.BufferMax} messages is full; new messages are dropped and counted until the broker is back.");
    }

    /// <summary>No more messages: waits until all are acknowledged, at most <see cref="WireOptions.LastAcknowledgement"/>; the rest is counted as dropped.</summary>
    public async Task CloseAsync()
    {
        _buffer.Writer.TryComplete();
        Task ended = await Task.WhenAny(_sending, Task.Delay(_options.LastAcknowledgement, _time, CancellationToken.None));
        if (ended != _sending)
            await _abandon.CancelAsync();
        await _sending;
        _dropped = _taken - _acknowledged - _refused;
        if (_connection is not null)
            await _connection.DisposeAsync();
        _connection = null;
    }

    public async ValueTask DisposeAsync()
    {
        await _abandon.CancelAsync();
        _buffer.Writer.TryComplete();
        await _sending;
        if (_connection is not null)
            await _connection.DisposeAsync();
        _connection = null;
        _abandon.Dispose();
    }

    async Task SendAllAsync(CancellationToken abandon)
    {
        try
        {
            while (!await SendOverAsync(_connection!, abandon))
            {
                await _connection!.DisposeAsync();
                _connection = await ReconnectAsync(abandon);
            }
        }
        catch (OperationCanceledException) when (abandon.IsCancellationRequested)
        {
            // The end came before the broker did; CloseAsync counts what is left.
        }
    }

    async Task<Connection> ReconnectAsync(CancellationToken abandon)
    {
        _say($"The broker at {_options.Broker} is gone; messages are kept and it is tried again.");
        TimeSpan pause = RetryFirst;
        while (true)
        {
            try
            {
                Connection connection = await ConnectAsync(abandon);
                _say($"The broker at {_options.Broker} is back; {_again.Count} unacknowledged messages are sent again.");
                return connection;
            }
            catch (Exception e) when (IsLineFault(e) && !abandon.IsCancellationRequested)
            {
                await Task.Delay(pause, _time, abandon);
                pause = Longer(pause);
            }
        }
    }

    /// <summary>True: everything is sent and acknowledged and no more will come. False: the connection is lost.</summary>
    async Task<bool> SendOverAsync(Connection connection, CancellationToken abandon)
    {
        var inFlight = new Queue<(WireMessage Message, Task<MqttClientPublishResult> Sent)>();
        using var either = CancellationTokenSource.CreateLinkedTokenSource(abandon, connection.Lost);
        Task<bool>? more = null;
        try
        {
            while (true)
            {
                // Else a lost connection would be noticed by its sends one by one, and this loop would turn without waiting meanwhile.
                either.Token.ThrowIfCancellationRequested();
                while (inFlight.Count < connection.InFlightMax && TakeNext(out WireMessage? message))
                    inFlight.Enqueue((message, connection.SendAsync(message)));

                if (more is not { IsCompleted: false })
                    more = _buffer.Reader.WaitToReadAsync(either.Token).AsTask();
                if (inFlight.Count == 0)
                {
                    if (_again.Count == 0 && !await more)
                        return true;
                    continue;
                }

                // With room on the line a new message need not wait for the oldest acknowledgement.
                bool mayGrow = inFlight.Count < connection.InFlightMax && !(more.IsCompletedSuccessfully && !more.Result);
                if (mayGrow)
                    await Task.WhenAny(inFlight.Peek().Sent, more);
                else
                    await inFlight.Peek().Sent;
                await SettleAsync(inFlight);
            }
        }
        catch (Exception e) when (IsLineFault(e))
        {
            Keep(inFlight);
            abandon.ThrowIfCancellationRequested();
            return false;
        }
    }

    async Task SettleAsync(Queue<(WireMessage Message, Task<MqttClientPublishResult> Sent)> inFlight)
    {
        while (inFlight.TryPeek(out (WireMessage Message, Task<MqttClientPublishResult> Sent) oldest) && oldest.Sent.IsCompleted)
        {
            MqttClientPublishResult result = await oldest.Sent;
            inFlight.Dequeue();
            if (result.IsSuccess)
                _acknowledged++;
            else if (_refused++ == 0)
                _say($"The broker refused a message on {oldest.Message.Topic}: {result.ReasonCode}.");
        }
    }

    bool TakeNext([System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out WireMessage? message) => _again.TryDequeue(out message) || _buffer.Reader.TryRead(out message);

    /// <summary>Messages without an acknowledgement keep their place before everything younger.</summary>
    void Keep(Queue<(WireMessage Message, Task<MqttClientPublishResult> Sent)> inFlight)
    {
        var again = new Queue<WireMessage>();
        foreach ((WireMessage message, Task<MqttClientPublishResult> sent) in inFlight)
        {
            if (sent.IsCompletedSuccessfully)
            {
                _acknowledged++;
                continue;
            }

            // Looked at, so that no failure is left unobserved.
            _ = sent.Exception;
            again.Enqueue(message with { Dup = message.Qos > 0 });
            _resent++;
        }

        foreach (WireMessage message in _again)
            again.Enqueue(message);
        _again = again;
    }

    async Task<Connection> ConnectAsync(CancellationToken stop)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
        limit.CancelAfter(CallTimeout);
        var connection = new Connection(_received);
        try
        {
            await connection.OpenAsync(_options, limit.Token);
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }

        _connections++;
        return connection;
    }

    static bool IsLineFault(Exception e) =>
        e is MqttCommunicationException or MqttProtocolViolationException or SocketException or IOException or OperationCanceledException or ObjectDisposedException or InvalidOperationException;

    static string Reason(Exception e)
    {
        Exception root = e.GetBaseException();
        return root is OperationCanceledException ? "nothing came back in time." : root.Message.TrimEnd('.') + ".";
    }

    static TimeSpan Longer(TimeSpan pause) => pause * 2 < RetryMax ? pause * 2 : RetryMax;

    /// <summary>One MQTTnet client for one network connection; a broken one is never mended.</summary>
    sealed class Connection : IAsyncDisposable
    {
        readonly IMqttClient _client = new MqttClientFactory().CreateMqttClient();
        readonly CancellationTokenSource _lost = new();

        public Connection(Action<string, byte[]> received)
        {
            _client.DisconnectedAsync += _ => _lost.CancelAsync();
            _client.ApplicationMessageReceivedAsync += e =>
            {
                received(e.ApplicationMessage.Topic, e.ApplicationMessage.Payload.ToArray());
                return Task.CompletedTask;
            };
        }

        public CancellationToken Lost => _lost.Token;

        public int InFlightMax { get; private set; } = 1;

        public async Task OpenAsync(WireOptions options, CancellationToken stop)
        {
            MqttClientOptions mqtt = new MqttClientOptionsBuilder()
                .WithTcpServer(options.Broker.Host, options.Broker.Port)
                .WithProtocolVersion(MqttProtocolVersion.V500)
                .WithClientId(options.ClientId)
                .WithCleanStart()
                .WithKeepAlivePeriod(TimeSpan.FromSeconds(5))
                .WithTimeout(CallTimeout)
                .Build();
            MqttClientConnectResult answer = await _client.ConnectAsync(mqtt, stop);
            if (answer.ResultCode != MqttClientConnectResultCode.Success)
                throw new MqttCommunicationException($"The broker refused the client: {answer.ResultCode}.");
            // MQTT 5: more unacknowledged messages than the broker's receive maximum is a protocol error that ends the connection.
            InFlightMax = Math.Min(options.InFlightMax, answer.ReceiveMaximum is 0 or null ? 65535 : (int)answer.ReceiveMaximum);
            foreach (string topic in options.Subscriptions)
                await _client.SubscribeAsync(new MqttClientSubscribeOptionsBuilder().WithTopicFilter(topic, MqttQualityOfServiceLevel.AtLeastOnce).Build(), stop);
        }

        /// <summary>Never throws at once: a connection that is already gone gives a failed task, like one that breaks later.</summary>
        public Task<MqttClientPublishResult> SendAsync(WireMessage message)
        {
            try
            {
                return _client.PublishAsync(
                    new MqttApplicationMessage
                    {
                        Topic = message.Topic,
                        Payload = new ReadOnlySequence<byte>(message.Payload),
                        QualityOfServiceLevel = (MqttQualityOfServiceLevel)message.Qos,
                        Retain = message.Retain,
                        Dup = message.Dup,
                    },
                    Lost);
            }
            catch (Exception e) when (IsLineFault(e))
            {
                return Task.FromException<MqttClientPublishResult>(e);
            }
        }

        public async ValueTask DisposeAsync()
        {
            try
            {
                if (_client.IsConnected)
                {
                    using var limit = new CancellationTokenSource(CallTimeout);
                    await _client.DisconnectAsync(new MqttClientDisconnectOptions(), limit.Token);
                }
            }
            catch (Exception e) when (IsLineFault(e))
            {
                // It broke while we said goodbye; nothing was in flight that the caller does not still hold.
            }

            await _lost.CancelAsync();
            _client.Dispose();
        }
    }
}
