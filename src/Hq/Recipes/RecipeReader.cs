using System.Globalization;
using System.Text.RegularExpressions;
using EdgeRuntime.Facts;
using EdgeRuntime.Hq.Datasets;
using EdgeRuntime.Settings;

namespace EdgeRuntime.Hq.Recipes;

/// <summary>Reads <c>recipe.yaml</c> strictly: every violation at once, with file, line, key and rule.</summary>
static partial class RecipeReader
{
    static readonly Dictionary<string, string> RuleStates = new() { ["anomaly"] = "anomaly" };

    /// <exception cref="SettingsException">Something is wrong; it tells everything at once.</exception>
    internal static Recipe Read(SettingsDocument document)
    {
        SettingsNode root = document.Root;
        root.RequireKind("Recipe");
        SettingsNode pipeline = root.Section("pipeline");
        string pipelineFile = pipeline.TextOr("file", "");
        int seed = root.IntegerOr("seed", 0, 0);
        ModelChoice model = ModelReader.Read(root, seed);
        var recipe = new Recipe
        {
            Name = Matching(root, "name", ReleaseName(), "must be lower-case letters, digits, '.', '_' and '-', such as pump-skid"),
            Version = Matching(root, "version", SemVer(), "must be a version such as 1.0.0"),
            Owner = root.TextOr("owner", ""),
            Description = root.TextOr("description", ""),
            Created = Time(root, "created"),
            Source = DataReader.Read(root),
            PipelineFile = pipelineFile,
            Pipeline = pipelineFile.Length > 0 ? null : Pipeline(pipeline),
            Normal = model.Classifier is null || root.Has("normal") ? Normal(root.Section("normal")) : new NormalPeriod(null, null, null, Labelled: true),
            Model = model.TSquaredQ,
            Classifier = model.Classifier,
            Split = model.Split,
            Seed = seed,
            Evaluate = EvaluateReader.Read(root, model.Split.By, seed),
            Output = root.TextOr("output", "release"),
            Serving = Serving(root),
            Rules = [.. root.List("rules").Select(Rule)],
            Code = root.OptionalSection("code") is { } code ? new CodeOrigin(code.TextOr("repo", ""), code.Text("commit"), code.Has("dirty") ? code.FlagOr("dirty", false) : null) : null,
            Identity = Digest.Of(document.Bytes.Span),
        };
        if (recipe.Pipeline is not null && recipe.Split is { By: SplitBy.Time, Reach: null })
            root.Section("split").Violate("reach", "is missing; the data holds vectors, so say how far back a vector looks, such as PT20M.");
        document.ThrowIfInvalid();
        return recipe;
    }

    static PipelineIdentity Pipeline(SettingsNode node)
    {
        string sha256 = node.Text("sha256");
        if (!Digest.TryParse(sha256, out Digest digest) && node.Has("sha256"))
            node.Violate("sha256", $"is '{sha256}'; it must be 64 lower-case hex digits.");
        return new PipelineIdentity(node.Text("id"), node.Text("version"), digest);
    }

    static NormalPeriod Normal(SettingsNode node)
    {
        long? rows = node.OptionalInteger("rows", 3, int.MaxValue);
        EventTime? from = Time(node, "from"), to = Time(node, "to");
        bool labelled = node.FlagOr("labelled", false);
        if (rows is null && from is null && to is null && !labelled)
            node.Violate("rows", "is missing; say rows: N for the first N vectors, from and to, or labelled: true for those that people call normal.");
        if (labelled && (rows is not null || from is not null || to is not null))
            node.Violate("labelled", "and rows, from and to exclude each other; keep one.");
        if (rows is not null && (from is not null || to is not null))
            node.Violate("rows", "and from/to exclude each other; keep one.");
        if (from is not null && to is not null && from >= to)
            node.Violate("to", "must be later than from.");
        return new NormalPeriod((int?)rows, from, to, labelled);
    }

    static ServingChoices Serving(SettingsNode root)
    {
        var otherwise = new ServingChoices();
        SettingsNode? post = root.OptionalSection("postprocessing");
        SettingsNode? low = post?.OptionalSection("lowConfidence");
        SettingsNode? serving = root.OptionalSection("serving");
        return new ServingChoices
        {
            Hysteresis = post?.NumberOr("hysteresis", otherwise.Hysteresis, 0, 1) ?? otherwise.Hysteresis,
            MinDuration = post?.DurationOr("minDuration", otherwise.MinDuration) ?? otherwise.MinDuration,
            LowConfidenceBelow = low?.NumberOr("below", otherwise.LowConfidenceBelow, 0, 1) ?? otherwise.LowConfidenceBelow,
            Abstain = low?.FlagOr("abstain", otherwise.Abstain) ?? otherwise.Abstain,
            MaxAge = serving?.OptionalDuration("maxAge"),
            CachedMaxAge = serving?.DurationOr("cachedMaxAge", otherwise.CachedMaxAge) ?? otherwise.CachedMaxAge,
            Timeout = serving?.DurationOr("timeout", otherwise.Timeout) ?? otherwise.Timeout,
        };
    }

    static FloorRule Rule(SettingsNode node)
    {
        SettingsNode when = node.Section("when");
        node.ChoiceOr("state", "anomaly", RuleStates);
        double? above = when.OptionalNumber("above"), below = when.OptionalNumber("below");
        if (above is null == below is null)
            when.Violate("above", "or below: a rule has exactly one of them.");
        return new FloorRule(node.Text("name"), when.Text("feature"), above, below, when.DurationOr("for", TimeSpan.Zero), node.Text("say"));
    }

    static string Matching(SettingsNode node, string key, Regex form, string rule)
    {
        string text = node.Text(key);
        if (node.Has(key) && !form.IsMatch(text))
            node.Violate(key, $"is '{text}'; it {rule}.");
        return text;
    }

    static EventTime? Time(SettingsNode node, string key)
    {
        if (node.OptionalText(key) is not { } text)
            return null;
        if (DateTimeOffset.TryParseExact(text, "yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset time)
            && time.Year is >= 1678 and <= 2261)
            return new EventTime((time.UtcTicks - DateTime.UnixEpoch.Ticks) * 100);
        node.Violate(key, $"is '{text}'; it must be a time such as \"2026-03-01T00:00:00Z\".");
        return null;
    }

    [GeneratedRegex("^[a-z0-9]+([._-][a-z0-9]+)*$")]
    private static partial Regex ReleaseName();

    [GeneratedRegex("^(0|[1-9][0-9]*)\\.(0|[1-9][0-9]*)\\.(0|[1-9][0-9]*)(-[0-9A-Za-z.-]+)?$")]
    private static partial Regex SemVer();
}
