namespace EdgeRuntime.Decisions.States;

/// <summary>A state file is not what its name says, or is gone: it is not used. The sentence says which and why.</summary>
public sealed class StateRefusedException(string sentence, Exception? inner = null) : Exception(sentence, inner);
