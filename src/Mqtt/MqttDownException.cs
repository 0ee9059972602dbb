namespace EdgeRuntime.Mqtt;

/// <summary>The broker cannot be reached, or would not have us. The message is a plain sentence: what, where, what to do.</summary>
public sealed class MqttDownException(string sentence, Exception? inner = null) : Exception(sentence, inner);
