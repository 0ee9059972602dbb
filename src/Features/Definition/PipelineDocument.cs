using EdgeRuntime.Settings;

namespace EdgeRuntime.Features.Definition;

/// <summary>The parts of a pipeline document as they were read; what is wrong in them is a violation of the document.</summary>
sealed record PipelineDocument
{
    /// <summary>Whether the outputs of the stages before the vector are kept in the journal.</summary>
    internal static readonly Dictionary<string, bool> StageWords = new() { ["none"] = false, ["journal"] = true };

    public required string File { get; init; }
    public required string Id { get; init; }
    public required string Version { get; init; }
    public required TimeSpan? Every { get; init; }
    public required TimeSpan Lateness { get; init; }
    public required TimeSpan IdleAfter { get; init; }
    public required TimeSpan Jump { get; init; }
    public required TimeSpan Hold { get; init; }
    public required IReadOnlyList<SourceTimeRules> Sources { get; init; }
    public required TimeSpan CorrectWithin { get; init; }
    public required bool JournalStages { get; init; }
    public required IReadOnlyList<SignalInput> Inputs { get; init; }
    public required IReadOnlyList<FeatureDefinition> Features { get; init; }
    public required IReadOnlyList<FeatureDefinition> Order { get; init; }
    public required IReadOnlyList<FeatureColumn> Columns { get; init; }

    public static PipelineDocument Read(SettingsDocument document)
    {
        SettingsNode root = document.Root;
        root.RequireKind(FeaturePipelineDefinition.DocumentKind);
        string id = root.Text("id");
        string version = root.Text("version");
        SettingsNode vector = root.Section("vector");
        TimeSpan? every = ReadMoments(vector);
        IReadOnlyList<SignalInput> inputs = InputReader.Read(root);
        IReadOnlyList<FeatureDefinition> features = FeatureReader.Read(root, inputs);
        IReadOnlyList<FeatureColumn> columns = ReadColumns(vector, features);
        IReadOnlyList<FeatureDefinition> order = Ordered(root, features, columns);
        TimeSpan lateness = TimeReader.ReadLateness(root, TimeSpan.Zero);
        (TimeSpan jump, TimeSpan hold) = TimeReader.ReadClock(root);
        return new PipelineDocument
        {
            File = document.File,
            Id = id,
            Version = version,
            Every = every,
            Lateness = lateness,
            IdleAfter = Durations.Optional(root, "idleAfter", Durations.Smallest) ?? TimeSpan.FromSeconds(5),
            Jump = jump,
            Hold = hold,
            Sources = TimeReader.ReadSources(root, lateness, jump),
            CorrectWithin = TimeReader.ReadCorrections(root),
            JournalStages = root.ChoiceOr("stages", false, StageWords),
            Inputs = inputs,
            Features = features,
            Order = order,
            Columns = columns,
        };
    }

    static TimeSpan? ReadMoments(SettingsNode vector)
    {
        TimeSpan? every = Durations.Optional(vector, "every", FeatureLimits.EveryMin);
        string? at = vector.OptionalText("at");
        if (every is null == at is null)
            vector.Violate(at is null ? "every" : "at", "is one of two: 'every: PT1S' for a regular grid, or 'at: each-event-time'; say exactly one of them.");
        else if (at is not null and not FeaturePipelineDefinition.EachEventTime)
            vector.Violate("at", $"is '{at}'; it must be {FeaturePipelineDefinition.EachEventTime}.");
        return every;
    }

    static List<FeatureColumn> ReadColumns(SettingsNode vector, IReadOnlyList<FeatureDefinition> features)
    {
        IReadOnlyList<string> chosen = vector.Texts("columns");
        var columns = new List<FeatureColumn>();
        foreach (string name in chosen.Count == 0 ? features.Select(f => f.Name).Distinct() : chosen)
        {
            if (features.FirstOrDefault(f => f.Name == name) is not { } feature)
                vector.Violate("columns", $"names '{name}', which is not a feature of this document; name one of features, or leave columns out for all of them.");
            else if (columns.Exists(c => c.Name == name))
                vector.Violate("columns", $"names '{name}' a second time; a vector holds each feature once.");
            else
                columns.Add(new FeatureColumn(name, "float32", feature.Unit));
        }

        return columns;
    }

    static IReadOnlyList<FeatureDefinition> Ordered(SettingsNode root, IReadOnlyList<FeatureDefinition> features, IReadOnlyList<FeatureColumn> columns)
    {
        Dictionary<string, FeatureDefinition> byName = features.DistinctBy(f => f.Name).ToDictionary(f => f.Name, StringComparer.Ordinal);
        // All features are looked at, so that a cycle among features that no column uses is found too.
        FeatureOrder.Of(byName.Keys, byName, out IReadOnlyList<string> cycle);
        if (cycle.Count == 0)
            return FeatureOrder.Of(columns.Select(c => c.Name), byName, out _);
        root.Violate("features", $"make a cycle: {string.Join(" needs ", cycle)}; a feature can only be made of others that do not need it.");
        return [];
    }
}
