namespace EdgeRuntime.Promotion.Evidence;

/// <summary>Labelled inputs to which both models answered.</summary>
/// <param name="Better">The candidate was right and the primary wrong.</param>
/// <param name="Same">Both right or both wrong.</param>
/// <param name="Worse">The primary was right and the candidate wrong.</param>
public readonly record struct PairCounts(long Better, long Same, long Worse)
{
    public long Total => Better + Same + Worse;

    /// <summary>What the candidate is right more often, as a share of all: -1 to 1; 0 where there is none.</summary>
    public double Difference => Total == 0 ? 0 : (Better - Worse) / (double)Total;

    public PairCounts With(bool candidateRight, bool primaryRight) => (candidateRight, primaryRight) switch
    {
        (true, false) => this with { Better = Better + 1 },
        (false, true) => this with { Worse = Worse + 1 },
        _ => this with { Same = Same + 1 },
    };

    internal PairCounts Mirrored => new(Worse, Same, Better);
}
