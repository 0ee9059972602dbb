using EdgeRuntime.Facts;

namespace EdgeRuntime.Fallback;

/// <summary>One rung: its name, and how it is asked.</summary>
public sealed record LadderRung<TQuestion, TAnswer>(Rung Rung, Func<TQuestion, RungResult<TAnswer>> Ask)
    where TAnswer : class;

/// <summary>
/// Asks rung after rung until one answers. The last rung must always answer ("low confidence"), so there is never no answer; which
/// rungs refused before, and why, is part of the result.
/// </summary>
public sealed class FallbackLadder<TQuestion, TAnswer>
    where TAnswer : class
{
    readonly IReadOnlyList<LadderRung<TQuestion, TAnswer>> _rungs;

    public FallbackLadder(IReadOnlyList<LadderRung<TQuestion, TAnswer>> rungs)
    {
        if (rungs.Count == 0 || rungs[^1].Rung != Rung.LowConfidence)
            throw new ArgumentException("A ladder ends with the rung low-confidence.", nameof(rungs));
        _rungs = rungs;
    }

    public LadderResult<TAnswer> Ask(TQuestion question)
    {
        List<RungRefusal>? refusals = null;
        foreach (LadderRung<TQuestion, TAnswer> rung in _rungs)
        {
            RungResult<TAnswer> result = rung.Ask(question);
            if (result.Answer is { } answer)
                return new LadderResult<TAnswer>(rung.Rung, answer, refusals ?? []);
            (refusals ??= []).Add(new RungRefusal(rung.Rung, result.Refused ?? CallOutcome.Failed));
        }

        throw new InvalidOperationException("The last rung of a ladder refused; it must always answer.");
    }
}
