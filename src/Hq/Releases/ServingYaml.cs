using EdgeRuntime.Facts;
using EdgeRuntime.Hq.Datasets;
using EdgeRuntime.Hq.Evaluation;
using EdgeRuntime.Hq.Onnx;
using EdgeRuntime.Hq.Recipes;
using EdgeRuntime.Hq.Training;

namespace EdgeRuntime.Hq.Releases;

/// <summary>One file of a release before serving.yaml names it.</summary>
sealed record ReleasePart(string Path, string Role, byte[] Bytes);

/// <summary>Writes serving.yaml, first version: everything about how the release is served and where it comes from.</summary>
static class ServingYaml
{
    // The usual rule of thumb: a population stability index above 0.2 is another distribution.
    const double DriftedPsi = 0.2;

    internal static byte[] Write(TrainedRelease release, IReadOnlyList<ReleasePart> parts, int goldenRows)
    {
        var yaml = new YamlText();
        Head(yaml, release);
        yaml.Open(0, "files");
        foreach (ReleasePart part in parts)
        {
            yaml.Item(1, YamlText.Map(
                ("path", part.Path), ("role", new Word(part.Role)), ("sha256", Digest.Of(part.Bytes).Hex), ("size", part.Bytes.LongLength)));
        }

        Contract(yaml, release);
        if (release.Classifier is { } classifier)
            yaml.Line(0, "calibration", YamlText.Map(("method", new Word(Word(classifier.Fitted.Model.Calibration.Method))), ("inGraph", true)));
        Serving(yaml, release, release.Recipe.Serving);
        yaml.Open(0, "reproducibility").Line(1, "golden", YamlText.Map(
            ("file", ReleaseBuild.Golden), ("rows", goldenRows), ("tolerance", YamlText.Map(("cpu", new Word("bit-exact"))))));
        Origin(yaml, release);
        return yaml.ToBytes();
    }

    static void Head(YamlText yaml, TrainedRelease release) => yaml
        .Line(0, "apiVersion", new Word("edgeruntime.dev/v1"))
        .Line(0, "kind", new Word("ServingConfiguration"))
        .Line(0, "requires", Array.Empty<object>())
        .Open(0, "metadata")
        .Line(1, "name", release.Recipe.Name)
        .Line(1, "version", release.Recipe.Version)
        .Line(1, "created", release.Created.ToString())
        .Line(1, "owner", release.Recipe.Owner)
        .Line(1, "description", release.Recipe.Description)
        .Line(0, "task", YamlText.Map(("type", new Word("anomaly-score")), ("positiveClass", "anomaly"), ("outputUnit", "1")));

    static void Contract(YamlText yaml, TrainedRelease release)
    {
        int width = release.Columns.Count;
        yaml.Open(0, "model")
            .Line(1, "file", ReleaseBuild.Model)
            .Line(1, "format", new Word("onnx"))
            .Line(1, "architecture", new Word(release.Classifier?.Fitted.Model.Classifier.Architecture ?? "pca-t2q"))
            .Line(1, "opset", YamlText.Map(("ai.onnx", OnnxGraph.Opset)))
            .Line(1, "precision", new Word("float32"))
            .Line(1, "inputs", new[] { Tensor(TSquaredQGraph.Input, width) })
            .Line(1, "outputs", release.Model.Outputs.Select(o => Tensor(o.Name, o.Width)))
            .Line(1, "deterministic", YamlText.Map(
                ("threads", 1), ("executionMode", new Word("sequential")), ("graphOptimization", new Word("extended")), ("seed", release.Recipe.Seed)))
            .Line(1, "runtime", YamlText.Map(
                ("engine", new Word("onnxruntime")), ("version", ">=1.31.1 <1.32"), ("providers", new[] { new Word("cpu") })));

        yaml.Open(0, "features")
            .Line(1, "schemaVersion", 1)
            .Line(1, "pipeline", YamlText.Map(
                ("id", release.Data.Pipeline.Id), ("version", release.Data.Pipeline.Version), ("sha256", release.Data.Pipeline.Sha256.Hex)));
        if (release.Recipe.Serving.MaxAge is { } maxAge)
            yaml.Line(1, "window", YamlText.Map(("maxAge", new Word(YamlText.Duration(maxAge)))));
        yaml.Open(1, "columns");
        foreach (VectorColumn column in release.Columns)
            yaml.Item(2, YamlText.Map(("name", column.Name), ("dtype", new Word("float32")), ("unit", column.Unit)));
    }

    static void Serving(YamlText yaml, TrainedRelease release, ServingChoices serving)
    {
        (double threshold, double hysteresis, TimeSpan minDuration) = release.Classifier is { Alarm: var alarm }
            ? (alarm.Threshold, alarm.Hysteresis, alarm.MinDuration)
            : (1, serving.Hysteresis, serving.MinDuration);
        yaml.Open(0, "postprocessing")
            .Line(1, "threshold", YamlText.Map(("score", threshold), ("hysteresis", hysteresis), ("minDuration", new Word(YamlText.Duration(minDuration)))))
            .Line(1, "lowConfidence", YamlText.Map(("below", serving.LowConfidenceBelow), ("abstain", serving.Abstain)))
            .Line(1, "businessRules", YamlText.Map(("file", ReleaseBuild.Rules), ("engine", new Word("rules-v1"))))
            .Line(0, "sla", YamlText.Map(("timeout", new Word(YamlText.Duration(serving.Timeout)))))
            .Open(0, "fallback")
            .Item(1, YamlText.Map(("kind", new Word("previous"))))
            .Item(1, YamlText.Map(("kind", new Word("cached")), ("maxAge", new Word(YamlText.Duration(serving.CachedMaxAge)))));
        if (release.Simple is not null)
            yaml.Item(1, YamlText.Map(("kind", new Word("model")), ("file", ReleaseBuild.Simple)));
        yaml.Item(1, YamlText.Map(("kind", new Word("rules")), ("file", ReleaseBuild.Rules)))
            .Item(1, YamlText.Map(("kind", new Word("low-confidence"))))
            .Line(0, "breaker", YamlText.Map(
                ("windowCalls", 20), ("minCalls", 5), ("failureRatio", 0.5), ("slowCall", new Word("PT0.1S")), ("openFor", new Word("PT60S")), ("halfOpenCalls", 3)))
            .Open(0, "monitoring")
            .Line(1, "reference", YamlText.Map(
                ("file", ReleaseBuild.Profile), ("rows", release.Profile.Rows), ("from", release.Profile.From.ToString()), ("to", release.Profile.To.ToString())))
            .Line(1, "quality", YamlText.Map(("psi", DriftedPsi)))
            .Line(1, "behaviour", YamlText.Map(("scorePsi", DriftedPsi)));
    }

    static void Origin(YamlText yaml, TrainedRelease release)
    {
        Recipe recipe = release.Recipe;
        yaml.Open(0, "provenance")
            .Line(1, "dataset", YamlText.Map(("uri", recipe.Source.Uri), ("digest", release.Data.Digest.ToString())));
        if (recipe.Source.Labels is { } labels)
            yaml.Line(1, "labelPolicy", YamlText.Map(("id", LabelsOf(recipe.Source, labels)), ("sha256", labels.Identity(recipe.Source.Csv?.LabelColumn).Hex)));
        yaml.Line(1, "code", Code(release.Provenance.Code))
            .Line(1, "environment", YamlText.Map(
                ("image", release.Provenance.Environment), ("lock", release.Provenance.Lock.ToString()), ("hardware", release.Provenance.Hardware)))
            .Line(1, "seeds", release.Classifier is null
                ? YamlText.Map(("golden", recipe.Seed))
                : YamlText.Map(("golden", recipe.Seed), ("split", recipe.Seed), ("model", recipe.Seed)))
            .Line(1, "hyperparameters", release.Classifier is { } trained ? OfClassifier(release, recipe.Classifier!, trained) : OfTSquaredQ(release, (TSquaredQ)release.Model));
        if (release.Classifier is { } classifier)
            yaml.Line(1, "evaluation", Evaluation(release, classifier.Quality));
    }

    static FlowMap OfTSquaredQ(TrainedRelease release, TSquaredQ model) => YamlText.Map(
    [
        ("recipe", release.Recipe.Identity.ToString()),
        ("variance", release.Recipe.Model.Variance),
        ("limitMethod", new Word(release.Recipe.Model.Limit == LimitMethod.Empirical ? "empirical" : "theory")),
        ("limitQuantile", release.Recipe.Model.Quantile),
        ("limitMargin", release.Recipe.Model.Margin),
        .. HeldOut(release), ("normalRows", release.Normal.Rows.Count),
        ("components", model.Components),
    ]);

    static FlowMap OfClassifier(TrainedRelease release, ClassifierOptions options, TrainedClassifier trained)
    {
        (string, object)[] model = options.Boosting is { } b
            ?
            [
                ("type", new Word(ModelReader.Boosting)), ("trees", b.Trees), ("leaves", b.Leaves), ("rowsPerLeaf", b.RowsPerLeaf), ("learningRate", b.LearningRate),
                ("featureFraction", b.FeatureFraction), ("rowFraction", b.RowFraction), ("leafMax", b.LeafMax), ("eventWeight", b.EventWeight),
                ("balanceRecordings", b.BalanceGroups), ("recordingFraction", b.GroupFraction), ("members", b.Members),
            ]
            :
            [
                ("type", new Word(ModelReader.Logistic)), ("ridge", options.Logistic.Ridge), ("eventWeight", options.Logistic.EventWeight),
                ("balanceRecordings", options.Logistic.BalanceGroups),
            ];
        return YamlText.Map(
        [
            ("recipe", release.Recipe.Identity.ToString()), .. model, ("rowStep", options.RowStep),
            ("splitBy", new Word(Word(release.Recipe.Split.By))), ("folds", release.Recipe.Split.Folds),
            ("farMax", options.Limits.FalseAlarmRate), ("episodesPerHourMax", options.Limits.EpisodesPerHour),
            .. HeldOut(release), ("recordings", release.Data.Recordings.Count), ("groups", release.Data.Groups.Distinct().Count()),
            ("normalRows", release.Normal.Rows.Count), ("eventRows", trained.EventRows), ("unknownRows", trained.UnknownRows),
        ]);
    }

    /// <summary>What of the dataset was not learned from.</summary>
    static (string, object)[] HeldOut(TrainedRelease release) => release.Recipe.Evaluate.HeldOut is { } pattern ? [("heldOut", pattern)] : [];

    /// <summary>Never F1 alone; what was measured on nothing is left out.</summary>
    static FlowMap Evaluation(TrainedRelease release, HeldOutQuality quality)
    {
        (Estimate f1, Estimate falseAlarmRate, Estimate missedAlarmRate, Estimate episodes) = quality.Alarms;
        (string Key, double? Value)[] figures =
        [
            ("f1", f1.Value), ("falseAlarmRate", falseAlarmRate.Value), ("missedAlarmRate", missedAlarmRate.Value), ("falseEpisodesPerHour", episodes.Value), ("ece", quality.CalibrationError.Value),
        ];
        return YamlText.Map(
        [
            ("on", $"held-out {Word(release.Recipe.Split.By)}, {release.Recipe.Split.Folds} folds; calibration and threshold chosen on the same answers"),
            .. figures.Where(f => f.Value is not null).Select(f => (f.Key, (object)Math.Round(f.Value!.Value, 4))),
            ("events", quality.Events), ("eventsFound", quality.Found),
        ]);
    }

    static string LabelsOf(DataSource source, LabelMapping labels) =>
        labels.OfJournal ? "journal" : labels.IntervalFile.Length > 0 ? $"file {labels.IntervalFile}" : $"column {source.Csv?.LabelColumn}";

    static string Word(Enum value) => value.ToString().ToLowerInvariant();

    static FlowMap Code(CodeOrigin code) => code.Dirty is { } dirty
        ? YamlText.Map(("repo", code.Repo), ("commit", code.Commit), ("dirty", dirty))
        : YamlText.Map(("repo", code.Repo), ("commit", code.Commit));

    static FlowMap Tensor(string name, int width) =>
        YamlText.Map(("name", name), ("dtype", new Word("float32")), ("shape", new object[] { new Word("batch"), width }));
}
