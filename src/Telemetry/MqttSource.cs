using System.Threading.Channels;
using EdgeRuntime.Facts;
using EdgeRuntime.Mqtt;
using EdgeRuntime.Settings.Site;
using EdgeRuntime.Telemetry.Definition;
using Microsoft.Extensions.Logging;

namespace EdgeRuntime.Telemetry;

/// <summary>
/// Telemetry over MQTT. A message is acknowledged when the intake says that it is durable and not before; many may be on their way to the disk at once.
/// </summary>
sealed partial class MqttSource : ITelemetrySource
{
    readonly MqttSourceDefinition _definition;
    readonly ArrivalReader _reader;
    readonly TimeProvider _time;
    readonly ILogger<MqttSource> _logger;
    readonly MqttSession _session;
    readonly Channel<Outstanding> _outstanding = Channel.CreateUnbounded<Outstanding>(new UnboundedChannelOptions { SingleReader = true, SingleWriter = true });
    IIntake? _intake;
    int _waiting;
    int _shed;
    long _messages;
    bool _failing;

    internal MqttSource(MqttSourceDefinition definition, TagCatalogue tags, TimeProvider time, int jitterSeed, ILoggerFactory loggers)
    {
        _definition = definition;
        _reader = new ArrivalReader(definition, tags);
        _time = time;
        _logger = loggers.CreateLogger<MqttSource>();
        MqttSubscription[] subscriptions = [.. definition.Topics.Select(t => new MqttSubscription(t.Topic.Filter, t.Qos)).DistinctBy(s => s.Filter)];
        _session = new MqttSession(definition.Session, subscriptions, Take, time, jitterSeed, loggers);
    }

    public string Name => _definition.Name;

    public SourceStatus Status
    {
        get
        {
            MqttStatus session = _session.Status;
            SourceState state = session.State switch
            {
                MqttState.Connected => SourceState.Connected,
                MqttState.Connecting => SourceState.Starting,
                _ => SourceState.Down,
            };
            long messages = Interlocked.Read(ref _messages);
            // Connected without data is the commonest silent fault of subscriptions: say it.
            string sentence = state != SourceState.Connected ? session.Sentence
                : messages == 0 ? $"{session.Sentence} No message has come yet on {string.Join(", ", _definition.Topics.Select(t => t.Topic.Filter))}."
                : FormattableString.Invariant($"{session.Sentence} {messages} messages since the start.");
            return new SourceStatus(state, sentence, Link: true);
        }
    }

    public async Task RunAsync(IIntake intake, CancellationToken stop)
    {
        _intake = intake;
        Task confirming = ConfirmAsync();
        await _session.RunAsync(stop);
        _outstanding.Writer.TryComplete();
        await confirming;
    }

    /// <summary>Called for one message after the other, in the order of arrival.</summary>
    void Take(MqttArrival arrival)
    {
        Interlocked.Increment(ref _messages);
        // The broker holds back QoS 1 and 2; QoS 0 it does not, and memory is no place for a flood.
        if (arrival.Qos == 0 && Volatile.Read(ref _waiting) >= TelemetryLimits.OutstandingMax)
        {
            if (Interlocked.Increment(ref _shed) == 1)
                LogShedding(Name, TelemetryLimits.OutstandingMax);
            return;
        }

        FactBatch batch = Read(arrival);
        Interlocked.Increment(ref _waiting);
        Task durable;
        try
        {
            durable = _intake!.TakeAsync(batch, arrival.Dup);
        }
        catch (Exception e)
        {
            durable = Task.FromException(e);
        }

        _outstanding.Writer.TryWrite(new Outstanding(durable, arrival));
    }

    /// <summary>A message that trips a defect of the reader is quarantined like any other; unacknowledged it would come again for ever and hold up its topic.</summary>
    FactBatch Read(MqttArrival arrival)
    {
        IngestTime now = IngestTime.Now(_time);
        try
        {
            return _reader.Read(arrival.Topic, arrival.Payload.Span, arrival.Retain, now);
        }
        catch (Exception e)
        {
            LogDefect(e, Name, arrival.Topic);
            var refusal = new Refusal
            {
                Stage = RefusalStage.Telemetry,
                Subject = arrival.Topic,
                Rule = RefusalRules.ReaderDefect,
                Sentence = $"{arrival.Topic}: a defect of this program kept it from reading the payload ({e.GetType().Name}); send the message to its makers. 1 value was not stored.",
                Values = 1,
                Payload = arrival.Payload,
                PayloadLength = arrival.Payload.Length,
            };
            return new FactBatch { Ingest = now, Origin = Name, Facts = [refusal] };
        }
    }

    async Task ConfirmAsync()
    {
        await foreach ((Task durable, MqttArrival arrival) in _outstanding.Reader.ReadAllAsync())
        {
            try
            {
                await durable;
                _failing = false;
                arrival.Acknowledge();
            }
            catch (Exception e)
            {
                NotStored(arrival, e.Message);
            }

            if (Interlocked.Decrement(ref _waiting) < TelemetryLimits.OutstandingMax / 2)
                AccountForShed();
        }
    }

    void NotStored(MqttArrival arrival, string why)
    {
        // One line for all that fail together.
        if (!_failing)
            LogNotStored(Name, why);
        _failing = true;
        // QoS 0 does not come again: it is accounted for when there is something to write on again.
        if (arrival.Qos == 0)
            Interlocked.Increment(ref _shed);
        // Not acknowledged, so the broker keeps it; the connection is given up so that it comes again.
        arrival.Abandon($"Messages of {Name} could not be stored: {why} The broker keeps those of QoS 1 and 2.");
    }

    void AccountForShed()
    {
        int shed = Interlocked.Exchange(ref _shed, 0);
        if (shed == 0)
            return;
        var refusal = new Refusal
        {
            Stage = RefusalStage.Telemetry,
            Subject = Name,
            Rule = RefusalRules.Overflow,
            Sentence = FormattableString.Invariant(
                $"{Name}: {shed} messages of QoS 0 could not be stored when they came and are lost; use QoS 1, which the broker keeps."),
            Values = shed,
        };
        // Not awaited by the loop that waits for it: it lies behind the others in the same order.
        _ = TellAsync(new FactBatch { Ingest = IngestTime.Now(_time), Origin = Name, Facts = [refusal] }, shed);
    }

    async Task TellAsync(FactBatch batch, int shed)
    {
        try
        {
            await _intake!.TakeAsync(batch, marked: false);
        }
        catch (Exception e)
        {
            LogNotStored(Name, e.Message);
            Interlocked.Add(ref _shed, shed);
        }
    }

    readonly record struct Outstanding(Task Durable, MqttArrival Arrival);
}
