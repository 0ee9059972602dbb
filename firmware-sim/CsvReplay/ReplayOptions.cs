namespace EdgeRuntime.FirmwareSim.CsvReplay;

sealed record ReplayOptions
{
    public required IReadOnlyList<string> Files { get; init; }
    public required CsvDialect Dialect { get; init; }
    public required FileZone Zone { get; init; }

    /// <summary>Null: each file's own name is its asset.</summary>
    public string? Asset { get; init; }

    public required PlantTopics Topics { get; init; }
    public int Qos { get; init; } = 1;

    /// <summary>One message per value instead of one per row.</summary>
    public bool ByTag { get; init; }

    /// <summary>Null: the files' own times. Otherwise the first row happened then.</summary>
    public DateTime? FirstRowIs { get; init; }

    /// <summary>Share of messages that are sent a second time, as a publisher does that missed an acknowledgement.</summary>
    public double Duplicate { get; init; }

    public long Seed { get; init; } = 1;

    public string AssetOf(string file) => Asset ?? PlantTopics.Level("The file's name, which is its asset without --asset,", Path.GetFileNameWithoutExtension(file));
}
