namespace EdgeRuntime.Mqtt;

public enum MqttState
{
    Connecting,
    Connected,
    Down,
}

/// <summary>What a session is doing, with the sentence that goes on the screen.</summary>
public sealed record MqttStatus(MqttState State, string Sentence);
