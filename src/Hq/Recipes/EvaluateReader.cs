using EdgeRuntime.Hq.Datasets;
using EdgeRuntime.Hq.Evaluation;
using EdgeRuntime.Settings;

namespace EdgeRuntime.Hq.Recipes;

/// <summary>Reads a recipe's section <c>evaluate</c>: what is held out, unless the command line says otherwise.</summary>
static class EvaluateReader
{
    /// <summary>Names of what an evaluation may split by; null: each recording by itself.</summary>
    internal static readonly IReadOnlyDictionary<string, SplitBy?> Splits = new Dictionary<string, SplitBy?>(StringComparer.Ordinal)
    {
        ["recording"] = SplitBy.Recording, ["asset"] = SplitBy.Asset, ["time"] = SplitBy.Time, [Self] = null,
    };

    internal const int FoldsMax = 100;

    const string Self = "self";

    // What the benchmark of Petrobras' 3W learns from.
    static readonly OwnNormal OwnUsual = new(0.6, null);

    /// <param name="otherwise">What a recipe without the section is split by.</param>
    internal static EvaluationPlan Read(SettingsNode root, SplitBy otherwise, int seed)
    {
        var plan = new EvaluationPlan { By = otherwise, Seed = seed };
        if (root.OptionalSection("evaluate") is not { } node)
            return plan;
        SplitBy? by = node.ChoiceOr("by", otherwise, Splits);
        double? share = node.OptionalNumber("share", 0.01, 0.99);
        long? rows = node.OptionalInteger("rows", 3, int.MaxValue);
        if (share is not null && rows is not null)
            node.Violate("rows", "and share exclude each other; keep one.");
        if (by is not null && (share is not null || rows is not null))
            node.Violate(share is not null ? "share" : "rows", "is for by: self, where each recording is learned from its own first normal rows.");
        if (by is null && node.Has("folds"))
            node.Violate("folds", "is not for by: self, where each recording is a fold of its own.");
        if (node.Has("heldOut"))
        {
            foreach (string key in (string[])["by", "folds", "share", "rows"])
            {
                if (node.Has(key))
                    node.Violate(key, "and heldOut exclude each other; keep one.");
            }
        }

        return plan with
        {
            HeldOut = node.OptionalText("heldOut"),
            By = by ?? otherwise,
            Own = by is not null ? null : share is null && rows is null ? OwnUsual : new OwnNormal(share, (int?)rows),
            Folds = node.IntegerOr("folds", plan.Folds, 2, FoldsMax),
        };
    }

    /// <summary>The plan as a command line changes it.</summary>
    internal static EvaluationPlan With(EvaluationPlan plan, string? by) => by is null ? plan : Splits[by] is { } split
        ? plan with { By = split, Own = null, HeldOut = null }
        : plan with { Own = plan.Own ?? OwnUsual, HeldOut = null };
}
