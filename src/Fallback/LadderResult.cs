using EdgeRuntime.Facts;

namespace EdgeRuntime.Fallback;

/// <summary>What the ladder said in the end: the answer, the rung it came from, and which rungs refused before.</summary>
public readonly record struct LadderResult<T>(Rung Rung, T Answer, IReadOnlyList<RungRefusal> Refusals)
    where T : class;
