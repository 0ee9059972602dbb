using EdgeRuntime.Facts;

namespace EdgeRuntime.Decisions.States;

/// <summary>A state that was passed over.</summary>
/// <param name="IsDamage">It should have been usable; false for one of another build, or one that no fact names.</param>
public sealed record StateTrouble(Digest State, string Sentence, bool IsDamage);
