using EdgeRuntime.Facts;
using EdgeRuntime.Hq.Datasets;
using EdgeRuntime.Hq.Evaluation;
using EdgeRuntime.Hq.Training;

namespace EdgeRuntime.Hq.Recipes;

/// <summary>Everything a training run rests on, so that the same recipe, data and build give the same release bytes.</summary>
sealed record Recipe
{
    public required string Name { get; init; }
    public required string Version { get; init; }
    public required string Owner { get; init; }
    public required string Description { get; init; }

    /// <summary>What the release says it was made at; null: the time of the last vector. Never the clock.</summary>
    public required EventTime? Created { get; init; }

    public required DataSource Source { get; init; }

    /// <summary>File of the pipeline that computes the vectors, beside the recipe; empty when the data holds vectors.</summary>
    public required string PipelineFile { get; init; }

    /// <summary>Which pipeline made the vectors, when the data holds vectors.</summary>
    public required PipelineIdentity? Pipeline { get; init; }

    /// <summary>What T² and Q are fitted on; for a classifier what people call normal.</summary>
    public required NormalPeriod Normal { get; init; }

    /// <summary>How T² and Q are fitted.</summary>
    public required TSquaredQOptions Model { get; init; }

    /// <summary>How a classifier is fitted; null: the model is T² and Q.</summary>
    public ClassifierOptions? Classifier { get; init; }

    public required SplitChoice Split { get; init; }
    public required int Seed { get; init; }

    /// <summary>What an evaluation holds out.</summary>
    public required EvaluationPlan Evaluate { get; init; }

    /// <summary>Folder of the release, beside the recipe.</summary>
    public required string Output { get; init; }

    public required ServingChoices Serving { get; init; }
    public required IReadOnlyList<FloorRule> Rules { get; init; }
    public required CodeOrigin? Code { get; init; }

    /// <summary>The recipe's own bytes, cited by the release.</summary>
    public required Digest Identity { get; init; }
}

/// <summary>What counts as normal: the first rows, all vectors from one time to before another, or those that people call normal.</summary>
sealed record NormalPeriod(int? Rows, EventTime? From, EventTime? To, bool Labelled = false)
{
    internal bool Holds(int row, EventTime at, Truth truth) => Labelled ? truth == Truth.Normal : Rows is { } rows ? row < rows : (From is null || at >= From) && (To is null || at < To);
}

/// <summary>How the release is to be served; what a site feels.</summary>
sealed record ServingChoices
{
    /// <summary>How far below the threshold of 1 the score must fall before an anomaly ends.</summary>
    public double Hysteresis { get; init; } = 0.2;

    /// <summary>How long the score must stay above before an anomaly begins.</summary>
    public TimeSpan MinDuration { get; init; } = TimeSpan.FromSeconds(3);

    public double LowConfidenceBelow { get; init; } = 0.5;
    public bool Abstain { get; init; }

    /// <summary>The oldest input the model is asked about; null: no limit.</summary>
    public TimeSpan? MaxAge { get; init; }

    /// <summary>The oldest answer that may be repeated when the model fails.</summary>
    public TimeSpan CachedMaxAge { get; init; } = TimeSpan.FromSeconds(30);

    public TimeSpan Timeout { get; init; } = TimeSpan.FromMilliseconds(100);
}

/// <summary>One rule of the floor: said when no model can answer.</summary>
sealed record FloorRule(string Name, string Feature, double? Above, double? Below, TimeSpan For, string Say);

/// <summary>The commit of the training code, where a build cannot know it.</summary>
/// <param name="Dirty">Whether files differed from the commit; null: nobody said.</param>
sealed record CodeOrigin(string Repo, string Commit, bool? Dirty);
