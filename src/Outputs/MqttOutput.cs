using System.Text;
using EdgeRuntime.Facts;
using EdgeRuntime.Mqtt;
using Microsoft.Extensions.Logging;

namespace EdgeRuntime.Outputs;

/// <summary>One broker that is told. It keeps its own pace and its own outages.</summary>
sealed partial class MqttOutput
{
    static readonly TimeSpan TryAgain = TimeSpan.FromSeconds(1);

    readonly OutputDefinition _definition;
    readonly string _site;
    readonly TimeProvider _time;
    readonly ILogger<MqttOutput> _logger;
    readonly MqttSession _session;
    readonly OutgoingQueue _queue = new();
    long _told;
    string _problem = "";

    // Something came while nobody could be told: of that, only the newest is.
    volatile bool _outage;

    internal MqttOutput(OutputDefinition definition, string site, TimeProvider time, int jitterSeed, ILoggerFactory loggers)
    {
        _definition = definition;
        _site = site;
        _time = time;
        _logger = loggers.CreateLogger<MqttOutput>();
        _session = new MqttSession(definition.Session with { Birth = Notice("{\"online\":true}"), Will = Notice("{\"online\":false}") }, [], null, time, jitterSeed, loggers);
    }

    internal OutputStatus Status
    {
        get
        {
            MqttStatus session = _session.Status;
            bool well = session.State == MqttState.Connected && _problem.Length == 0;
            return new OutputStatus(_definition.Name, well, well || _problem.Length == 0 ? session.Sentence : _problem, Interlocked.Read(ref _told), _queue.Superseded, _queue.Count);
        }
    }

    internal void Tell(Outgoing outgoing)
    {
        if (outgoing.What is not Decision && (outgoing.What is not Finding || _definition.FindingTopic.Length == 0))
            return;
        if (_session.Status.State != MqttState.Connected)
            _outage = true;
        if (_queue.Add(outgoing) is > 0 and long overtaken)
            LogTooSlow(_definition.Name, overtaken);
    }

    internal async Task RunAsync(CancellationToken stop)
    {
        Task session = _session.RunAsync(stop);
        try
        {
            await SendAsync(stop);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The session says its goodbye below.
        }

        await session;
    }

    async Task SendAsync(CancellationToken stop)
    {
        while (true)
        {
            await _session.WhenConnectedAsync(stop);
            try
            {
                await _queue.WhenSomeAsync(stop);
                if (_outage)
                    CondenseBacklog();
                await SendNextAsync(stop);
                _problem = "";
            }
            catch (MqttDownException e)
            {
                if (_problem != e.Message)
                    LogNotTold(_definition.Name, e.Message);
                _problem = e.Message;
                _outage = true;
                await Task.Delay(TryAgain, _time, stop);
            }
        }
    }

    void CondenseBacklog()
    {
        _outage = false;
        long before = _queue.Superseded;
        _queue.Condense();
        if (_queue.Superseded > before)
            LogSuperseded(_definition.Name, _queue.Superseded - before);
    }

    async Task SendNextAsync(CancellationToken stop)
    {
        if (!_queue.TryTake(out Outgoing next))
            return;
        try
        {
            if (next.What is Decision decision)
            {
                // The age is computed as late as can be: a value that waited is older by the wait.
                byte[] payload = DecisionJson.Bytes(decision, next.Known, IngestTime.Now(_time), _definition.StaleAfter);
                await _session.PublishAsync(TopicOf(_definition.Topic, decision.Asset), payload, _definition.Qos, _definition.Retain, stop);
            }
            else if (next.What is Finding finding)
            {
                string asset = FindingJson.AssetOf(finding);
                string topic = TopicOf(_definition.FindingTopic, asset.Length > 0 ? asset : _site);
                await _session.PublishAsync(topic, FindingJson.Bytes(finding, next.Known), _definition.Qos, retain: false, stop);
            }

            Interlocked.Increment(ref _told);
        }
        catch (MqttDownException)
        {
            _queue.PutBack(next);
            throw;
        }
    }

    MqttNotice? Notice(string payload) =>
        _definition.StatusTopic.Length > 0 ? new MqttNotice(TopicOf(_definition.StatusTopic, _site), Encoding.UTF8.GetBytes(payload)) : null;

    string TopicOf(string template, string asset)
    {
        var topic = new StringBuilder(template).Replace("{asset}", asset).Replace("{site}", _site);
        // Wildcards in a name would make the topic one that nobody may send to.
        return topic.Replace('+', '-').Replace('#', '-').Replace('\0', '-').ToString();
    }
}

/// <summary>How an output is doing, with the sentence that goes on the screen.</summary>
/// <param name="Told">Decisions and findings that the other side has.</param>
/// <param name="Superseded">Those that were not told because newer ones were, after an outage.</param>
/// <param name="Waiting">Those that are still to be told.</param>
public sealed record OutputStatus(string Name, bool Well, string Sentence, long Told, long Superseded, int Waiting);
