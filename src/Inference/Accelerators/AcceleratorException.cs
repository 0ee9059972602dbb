namespace EdgeRuntime.Inference.Accelerators;

/// <summary>The configured native library is an ONNX Runtime of the wrong version: starting with it, or quietly without it, would serve something else than was configured.</summary>
public sealed class AcceleratorException(string message) : Exception(message);
