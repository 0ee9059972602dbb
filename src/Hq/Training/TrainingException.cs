namespace EdgeRuntime.Hq.Training;

/// <summary>Training cannot go on; the message is one plain sentence for the person at HQ.</summary>
sealed class TrainingException(string message) : Exception(message);
