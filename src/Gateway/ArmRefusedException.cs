namespace EdgeRuntime.Gateway;

/// <summary>A release's model cannot be served on this box; the message says why in plain words.</summary>
public sealed class ArmRefusedException(string message, Exception? inner = null) : Exception(message, inner);
