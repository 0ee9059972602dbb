using EdgeRuntime.Hq.Datasets;
using EdgeRuntime.Hq.Training;
using EdgeRuntime.Settings;

namespace EdgeRuntime.Hq.Recipes;

/// <summary>Reads a recipe's sections <c>model</c>, <c>calibration</c>, <c>split</c> and <c>alarms</c>.</summary>
static class ModelReader
{
    internal const string TSquaredQ = "t2q", Boosting = "boosting", Logistic = "logistic";

    static readonly Dictionary<string, string> Types = new() { [TSquaredQ] = TSquaredQ, [Boosting] = Boosting, [Logistic] = Logistic };

    static readonly Dictionary<string, LimitMethod> Limits = new() { ["empirical"] = LimitMethod.Empirical, ["theory"] = LimitMethod.Theory };

    static readonly Dictionary<string, CalibrationMethod> Calibrations = new()
    {
        ["platt"] = CalibrationMethod.Platt, ["isotonic"] = CalibrationMethod.Isotonic, ["temperature"] = CalibrationMethod.Temperature,
    };

    static readonly Dictionary<string, SplitBy> Splits = new() { ["recording"] = SplitBy.Recording, ["asset"] = SplitBy.Asset, ["time"] = SplitBy.Time };

    /// <param name="seed">The recipe's; every draw of a classifier is by it.</param>
    internal static ModelChoice Read(SettingsNode root, int seed)
    {
        SettingsNode model = root.Section("model");
        string type = model.ChoiceOr("type", TSquaredQ, Types);
        if (!Types.ContainsKey(model.TextOr("type", type)))
            type = Meant(root, model);
        SplitChoice split = Split(root.OptionalSection("split"));
        CalibrationMethod calibration = root.OptionalSection("calibration")?.Choice("method", Calibrations) ?? CalibrationMethod.Platt;
        AlarmLimits limits = Alarms(root.OptionalSection("alarms"));
        if (type == TSquaredQ)
        {
            foreach (string key in (string[])["calibration", "split", "alarms"])
            {
                if (root.Has(key))
                    root.Violate(key, $"is for a model of type {Boosting} or {Logistic}; {TSquaredQ} learns from normal rows alone and is not calibrated.");
            }

            return new ModelChoice(OfTSquaredQ(model), Classifier: null, split);
        }

        if (root.Has("normal"))
            root.Violate("normal", $"is for a model of type {TSquaredQ}; of a classifier normal is what the labels call normal.");
        if (!root.Has("labels"))
            root.Violate("labels", $"is missing; a model of type {type} learns from what people call normal and an event.");
        if (root.OptionalSection("postprocessing") is { } post)
        {
            foreach (string key in (string[])["hysteresis", "minDuration"])
            {
                if (post.Has(key))
                    post.Violate(key, $"is chosen on the data for a model of type {type}; say in alarms what false alarms may cost.");
            }
        }

        return new ModelChoice(OfTSquaredQ(node: null), OfClassifier(model, type, seed) with { Calibration = calibration, Limits = limits }, split);
    }

    /// <summary>By the keys beside it: one misspelt word is one violation, and not one for each key that another type does not have.</summary>
    static string Meant(SettingsNode root, SettingsNode model) => root.Has("normal") || !root.Has("labels") ? TSquaredQ : model.Has("ridge") ? Logistic : Boosting;

    static TSquaredQOptions OfTSquaredQ(SettingsNode? node)
    {
        SettingsNode? limit = node?.OptionalSection("limit");
        return new TSquaredQOptions(
            node?.NumberOr("variance", 0.9, 0.01, 1) ?? 0.9,
            limit?.ChoiceOr("method", LimitMethod.Empirical, Limits) ?? LimitMethod.Empirical,
            limit?.NumberOr("quantile", 0.99, 0.5, 0.999999) ?? 0.99,
            limit?.NumberOr("margin", 4, 0.01, 1000) ?? 4);
    }

    static ClassifierOptions OfClassifier(SettingsNode node, string type, int seed) => new()
    {
        Boosting = type == Boosting ? OfBoosting(node, seed) : null,
        Logistic = type == Logistic ? OfLogistic(node) : new LogisticOptions(),
        RowStep = node.IntegerOr("rowStep", 1, 1, 10_000),
    };

    static BoostingOptions OfBoosting(SettingsNode node, int seed)
    {
        var otherwise = new BoostingOptions();
        return new BoostingOptions
        {
            Trees = node.IntegerOr("trees", otherwise.Trees, 1, 10_000),
            Leaves = node.IntegerOr("leaves", otherwise.Leaves, 2, 1024),
            RowsPerLeaf = node.IntegerOr("rowsPerLeaf", otherwise.RowsPerLeaf, 1, 1_000_000),
            LearningRate = node.NumberOr("learningRate", otherwise.LearningRate, 0.0001, 1),
            FeatureFraction = node.NumberOr("featureFraction", otherwise.FeatureFraction, 0.01, 1),
            RowFraction = node.NumberOr("rowFraction", otherwise.RowFraction, 0.01, 1),
            LeafMax = node.NumberOr("leafMax", otherwise.LeafMax, 0.01, 100),
            EventWeight = EventWeight(node),
            BalanceGroups = node.FlagOr("balanceRecordings", otherwise.BalanceGroups),
            GroupFraction = node.NumberOr("recordingFraction", otherwise.GroupFraction, 0.01, 1),
            Members = node.IntegerOr("members", otherwise.Members, 1, 100),
            Seed = seed,
        };
    }

    static LogisticOptions OfLogistic(SettingsNode node) =>
        new(node.NumberOr("ridge", new LogisticOptions().Ridge, 1e-6, 1e9), EventWeight(node), node.FlagOr("balanceRecordings", true));

    static double EventWeight(SettingsNode node) => node.NumberOr("eventWeight", 1, 0.001, 1000);

    static SplitChoice Split(SettingsNode? node)
    {
        var split = new SplitChoice(
            node?.ChoiceOr("by", SplitBy.Recording, Splits) ?? SplitBy.Recording,
            node?.IntegerOr("folds", 4, 2, 100) ?? 4,
            node?.OptionalDuration("reach"));
        if (split.Reach is not null && split.By != SplitBy.Time)
            node!.Violate("reach", "is for by: time; whole recordings are not cut.");
        return split;
    }

    static AlarmLimits Alarms(SettingsNode? node)
    {
        var otherwise = new AlarmLimits();
        return new AlarmLimits(
            node?.NumberOr("farMax", otherwise.FalseAlarmRate, 0, 1) ?? otherwise.FalseAlarmRate,
            node?.NumberOr("episodesPerHourMax", otherwise.EpisodesPerHour, 0, 3600) ?? otherwise.EpisodesPerHour);
    }
}
