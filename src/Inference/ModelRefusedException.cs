namespace EdgeRuntime.Inference;

/// <summary>A model that cannot be served as it is. The message is one plain text: what is wrong, where, and which rule says so.</summary>
public sealed class ModelRefusedException(string message, Exception? cause = null) : Exception(message, cause);
