using System.Buffers;
using MQTTnet;

namespace EdgeRuntime.Mqtt;

/// <summary>
/// One message as it came. It stays the broker's until <see cref="Acknowledge"/>: a message that is never acknowledged comes again after the next
/// connect.
/// </summary>
public sealed class MqttArrival
{
    readonly MqttConnection _connection;

    internal MqttArrival(MqttConnection connection, MqttApplicationMessageReceivedEventArgs args)
    {
        _connection = connection;
        Args = args;
        ReadOnlySequence<byte> payload = args.ApplicationMessage.Payload;
        Payload = payload.IsSingleSegment ? payload.First : payload.ToArray();
    }

    public string Topic => Args.ApplicationMessage.Topic;

    public ReadOnlyMemory<byte> Payload { get; }

    public int Qos => (int)Args.ApplicationMessage.QualityOfServiceLevel;

    /// <summary>The broker says that it sent this before. It may also send again without saying so.</summary>
    public bool Dup => Args.ApplicationMessage.Dup;

    /// <summary>The broker kept it from before we subscribed: it is not news.</summary>
    public bool Retain => Args.ApplicationMessage.Retain;

    internal MqttApplicationMessageReceivedEventArgs Args { get; }

    internal bool Acknowledged { get; set; }

    /// <summary>
    /// Says that the message is safe here. May be called from any thread and in any order; acknowledgements leave in the order of arrival, and
    /// never on another connection than the one that brought the message.
    /// </summary>
    public void Acknowledge() => _connection.Acknowledge(this);

    /// <summary>Says that the message could not be made safe: the connection is given up, so that the broker sends it again.</summary>
    /// <param name="why">A plain sentence for the status.</param>
    public void Abandon(string why) => _connection.Drop(why);
}
