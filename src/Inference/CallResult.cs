using EdgeRuntime.Facts;

namespace EdgeRuntime.Inference;

/// <summary>How one call ended.</summary>
/// <param name="Latency">Measured nanoseconds inside the runtime; 0 when it was not asked.</param>
/// <param name="HasOutputs">
/// True: the output span holds what the model said. So it is for <see cref="CallOutcome.Answered"/> and
/// <see cref="CallOutcome.NotFinite"/>, and for <see cref="CallOutcome.TooSlow"/> where the late answer still came.
/// </param>
/// <param name="Detail">One plain sentence where the outcome needs one; else empty.</param>
public readonly record struct CallResult(CallOutcome Outcome, long Latency, bool HasOutputs, string Detail);
