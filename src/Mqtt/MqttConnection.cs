using System.Threading.Channels;
using MQTTnet;
using MQTTnet.Protocol;

namespace EdgeRuntime.Mqtt;

/// <summary>
/// One TCP connection's life. Every reconnect is a new one with a client of its own, so that an acknowledgement of an old connection can never name a
/// packet of a new one.
/// </summary>
sealed class MqttConnection : IAsyncDisposable
{
    readonly MqttSessionOptions _options;
    readonly Action<MqttArrival>? _onArrival;
    readonly IMqttClient _client = new MqttClientFactory().CreateMqttClient();
    readonly TaskCompletionSource<string> _lost = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly Lock _gate = new();
    readonly Queue<MqttArrival> _unacknowledged = new();
    readonly Channel<MqttArrival> _acknowledgements = Channel.CreateUnbounded<MqttArrival>(new UnboundedChannelOptions { SingleReader = true });
    readonly CancellationTokenSource _closing = new();
    Task _sender = Task.CompletedTask;

    internal MqttConnection(MqttSessionOptions options, Action<MqttArrival>? onArrival)
    {
        _options = options;
        _onArrival = onArrival;
        _client.ApplicationMessageReceivedAsync += OnReceivedAsync;
        _client.DisconnectedAsync += lost =>
        {
            _lost.TrySetResult(DownSentence.Of(options, lost));
            return Task.CompletedTask;
        };
    }

    /// <summary>Completes with the reason when the connection is no more.</summary>
    internal Task<string> Lost => _lost.Task;

    /// <exception cref="MqttDownException">With the sentence that says why.</exception>
    internal async Task OpenAsync(IReadOnlyList<MqttSubscription> subscriptions, CancellationToken stop)
    {
        try
        {
            MqttClientConnectResult result = await _client.ConnectAsync(MqttClientSettings.From(_options), stop);
            if (result.ResultCode != MqttClientConnectResultCode.Success)
                throw new MqttDownException(DownSentence.Of(_options, result));
            _sender = SendAcknowledgementsAsync();
            if (subscriptions.Count > 0)
                await SubscribeAsync(subscriptions, stop);
        }
        catch (Exception) when (stop.IsCancellationRequested)
        {
            // The client has several exceptions for a wait that was cut off.
            throw new OperationCanceledException(stop);
        }
        catch (Exception e) when (e is not MqttDownException)
        {
            throw new MqttDownException(DownSentence.Of(_options, e), e);
        }
    }

    /// <exception cref="MqttDownException">The broker did not take it.</exception>
    internal async Task PublishAsync(string topic, ReadOnlyMemory<byte> payload, int qos, bool retain, CancellationToken stop)
    {
        MqttApplicationMessage message = new MqttApplicationMessageBuilder().WithTopic(topic).WithPayloadSegment(payload)
            .WithQualityOfServiceLevel((MqttQualityOfServiceLevel)qos).WithRetainFlag(retain).Build();
        try
        {
            MqttClientPublishResult result = await _client.PublishAsync(message, stop);
            if (!result.IsSuccess)
                throw new MqttDownException($"The MQTT broker {_options.Address} did not take a message on '{topic}': {result.ReasonCode}.");
        }
        catch (Exception) when (stop.IsCancellationRequested)
        {
            // The client has several exceptions for a wait that was cut off.
            throw new OperationCanceledException(stop);
        }
        catch (Exception e) when (e is not MqttDownException)
        {
            throw new MqttDownException($"The connection to the MQTT broker {_options.Address} was lost while a message on '{topic}' was sent.", e);
        }
    }

    internal void Acknowledge(MqttArrival arrival)
    {
        if (arrival.Qos == 0)
            return;
        lock (_gate)
        {
            arrival.Acknowledged = true;
            while (_unacknowledged.TryPeek(out MqttArrival? oldest) && oldest.Acknowledged)
                _acknowledgements.Writer.TryWrite(_unacknowledged.Dequeue());
        }
    }

    internal void Drop(string why) => _lost.TrySetResult(why);

    public async ValueTask DisposeAsync()
    {
        _lost.TrySetResult("");
        _acknowledgements.Writer.TryComplete();
        // What is acknowledged here may still leave, but a line that hangs does not hold up a stop.
        _closing.CancelAfter(_options.Timeout);
        await _sender;
        // A polite goodbye; when the line is already cut there is nobody to hear it.
        await _client.TryDisconnectAsync();
        _client.Dispose();
        _closing.Dispose();
    }

    async Task SubscribeAsync(IReadOnlyList<MqttSubscription> subscriptions, CancellationToken stop)
    {
        var builder = new MqttClientSubscribeOptionsBuilder();
        // Kept messages are not news: with MQTT 5 they come once. 3.1.1 cannot say it; there they come after every reconnect.
        MqttRetainHandling kept = _options.Protocol == MqttProtocol.V5 ? MqttRetainHandling.SendAtSubscribeIfNewSubscriptionOnly : MqttRetainHandling.SendAtSubscribe;
        foreach (MqttSubscription subscription in subscriptions)
            builder = builder.WithTopicFilter(subscription.Filter, (MqttQualityOfServiceLevel)subscription.Qos, false, false, kept);

        MqttClientSubscribeResult result = await _client.SubscribeAsync(builder.Build(), stop);
        foreach (MqttClientSubscribeResultItem item in result.Items)
        {
            if (item.ResultCode > MqttClientSubscribeResultCode.GrantedQoS2)
                throw new MqttDownException($"The MQTT broker {_options.Address} refused the subscription to '{item.TopicFilter.Topic}': {item.ResultCode}; check its access list.");
        }
    }

    Task OnReceivedAsync(MqttApplicationMessageReceivedEventArgs args)
    {
        args.AutoAcknowledge = false;
        var arrival = new MqttArrival(this, args);
        if (arrival.Qos > 0)
        {
            lock (_gate)
                _unacknowledged.Enqueue(arrival);
        }

        try
        {
            if (!_lost.Task.IsCompleted)
                _onArrival?.Invoke(arrival);
        }
        catch (Exception e)
        {
            Drop($"A message on '{arrival.Topic}' could not be taken: {e.Message}");
        }

        return Task.CompletedTask;
    }

    async Task SendAcknowledgementsAsync()
    {
        await foreach (MqttArrival arrival in _acknowledgements.Reader.ReadAllAsync())
        {
            try
            {
                if (_client.IsConnected)
                    await arrival.Args.AcknowledgeAsync(_closing.Token);
            }
            catch (Exception e)
            {
                // The broker will send the message again on the next connection; only this one is over.
                Drop(DownSentence.Of(_options, e));
            }
        }
    }

}
