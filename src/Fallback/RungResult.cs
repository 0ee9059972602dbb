using EdgeRuntime.Facts;

namespace EdgeRuntime.Fallback;

/// <summary>What one rung said: its answer, or why it gave none.</summary>
/// <param name="Refused">Null when there is an answer.</param>
public readonly record struct RungResult<T>(T? Answer, CallOutcome? Refused)
    where T : class;

/// <summary>The two things a rung can say.</summary>
public static class RungResult
{
    public static RungResult<T> Gave<T>(T answer)
        where T : class => new(answer, null);

    public static RungResult<T> Refused<T>(CallOutcome why)
        where T : class => new(null, why);
}
