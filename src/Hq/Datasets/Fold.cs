namespace EdgeRuntime.Hq.Datasets;

/// <summary>Rows of a recording side by side.</summary>
/// <param name="Recording">Its place in the dataset.</param>
sealed record Slice(int Recording, int First, int Rows);

/// <summary>What is learned from and what is asked about. No row is in both, and none of one looks back into the other.</summary>
sealed record Fold(IReadOnlyList<Slice> Train, IReadOnlyList<Slice> Test);

/// <summary>What a split keeps together.</summary>
enum SplitBy
{
    /// <summary>Recordings, and recordings that share rows with them.</summary>
    Recording,

    /// <summary>All recordings of an asset.</summary>
    Asset,

    /// <summary>What is learned from lies before what is asked about.</summary>
    Time,
}
