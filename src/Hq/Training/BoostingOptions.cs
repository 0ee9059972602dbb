namespace EdgeRuntime.Hq.Training;

/// <summary>
/// How gradient boosting is fitted (Friedman 2001, on histograms of at most 255 bins a feature, by Microsoft.ML's FastTree). It has no L1 or L2 on leaves; what holds it back is few leaves with many
/// rows each, a small rate, and <see cref="LeafMax"/>.
/// </summary>
sealed record BoostingOptions
{
    /// <summary>Trees of each member. 150 unless told.</summary>
    public int Trees { get; init; } = 150;

    /// <summary>Leaves a tree may have. 15 unless told.</summary>
    public int Leaves { get; init; } = 15;

    /// <summary>Rows that a leaf holds at least. 100 unless told: neighbouring rows are alike, and a hundred of them may be one moment.</summary>
    public int RowsPerLeaf { get; init; } = 100;

    /// <summary>What a tree's answer is multiplied with before the next is fitted to what is left. 0.05 unless told.</summary>
    public double LearningRate { get; init; } = 0.05;

    /// <summary>Share of the features that a tree may use, drawn anew for each. All unless told.</summary>
    public double FeatureFraction { get; init; } = 1;

    /// <summary>Share of the rows that a tree is fitted on, drawn anew for each. All unless told.</summary>
    public double RowFraction { get; init; } = 1;

    /// <summary>The largest step of one leaf, before the rate; FastTree's own bound of 100 unless told.</summary>
    public double LeafMax { get; init; } = 100;

    /// <summary>What an event's row counts for, where a normal one counts 1. 1 unless told.</summary>
    public double EventWeight { get; init; } = 1;

    /// <summary>True: every recording counts the same, however long it is. True unless told.</summary>
    public bool BalanceGroups { get; init; } = true;

    /// <summary>
    /// Share of the recordings that a member is fitted on, drawn by its seed. All unless told. Members that saw other recordings disagree about what only one recording shows, and that is what
    /// does not hold on the next.
    /// </summary>
    public double GroupFraction { get; init; } = 1;

    /// <summary>Ensembles of their own seeds whose log odds are averaged. 1 unless told; more are worth it only with a fraction below 1.</summary>
    public int Members { get; init; } = 1;

    /// <summary>Of every draw. 1 unless told.</summary>
    public int Seed { get; init; } = 1;
}
