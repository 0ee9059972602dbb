namespace EdgeRuntime.Hq.Evaluation;

/// <summary>What was asked for cannot be evaluated or is not told; the message is one plain sentence for the person at HQ.</summary>
sealed class EvaluationException(string message) : Exception(message);
