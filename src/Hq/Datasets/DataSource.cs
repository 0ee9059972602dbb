namespace EdgeRuntime.Hq.Datasets;

/// <summary>What a recording is of.</summary>
enum AssetNaming
{
    /// <summary>All of one, which the recipe names.</summary>
    Named,

    Folder,
    File,
}

/// <summary>Where a recipe's telemetry lies: CSV files, or a box's journal.</summary>
sealed record DataSource
{
    /// <summary>How CSV files are read; null where the data is a journal.</summary>
    public CsvMapping? Csv { get; init; }

    /// <summary>A box's data folder (the one that holds <c>journal</c>), beside the recipe; empty where the data is CSV.</summary>
    public string Journal { get; init; } = "";

    /// <summary>The asset of all recordings, or the one whose tags are taken from the journal.</summary>
    public string Asset { get; init; } = "";

    /// <summary>How else a file's asset is known.</summary>
    public AssetNaming AssetBy { get; init; } = AssetNaming.Named;

    /// <summary>Signal → tag, where a journal's tag is not called asset.signal.</summary>
    public IReadOnlyDictionary<string, string> Tags { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    public RegimeMapping? Regime { get; init; }

    /// <summary>Null: nobody says what anything was.</summary>
    public LabelMapping? Labels { get; init; }

    /// <summary>What a release says it was made from.</summary>
    internal string Uri => Csv?.Files ?? Journal;
}
