using EdgeRuntime.Facts;
using EdgeRuntime.Hq.Onnx;
using EdgeRuntime.Hq.Recipes;
using EdgeRuntime.Hq.Training;

namespace EdgeRuntime.Hq.Releases;

/// <summary>One file of a release before serving.yaml names it.</summary>
sealed record ReleasePart(string Path, string Role, byte[] Bytes);

/// <summary>Writes serving.yaml, first version: everything about how the release is served and where it comes from.</summary>
static class ServingYaml
{
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
        Serving(yaml, release.Recipe.Serving);
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
            .Line(1, "architecture", new Word("pca-t2q"))
            .Line(1, "opset", YamlText.Map(("ai.onnx", OnnxGraph.Opset)))
            .Line(1, "precision", new Word("float32"))
            .Line(1, "inputs", new[] { Tensor(TSquaredQGraph.Input, width) })
            .Line(1, "outputs", ReleaseBuild.Outputs(width).Select(o => Tensor(o.Name, o.Width)))
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

    static void Serving(YamlText yaml, ServingChoices serving) => yaml
        .Open(0, "postprocessing")
        .Line(1, "threshold", YamlText.Map(
            ("score", 1), ("hysteresis", serving.Hysteresis), ("minDuration", new Word(YamlText.Duration(serving.MinDuration)))))
        .Line(1, "lowConfidence", YamlText.Map(("below", serving.LowConfidenceBelow), ("abstain", serving.Abstain)))
        .Line(1, "businessRules", YamlText.Map(("file", ReleaseBuild.Rules), ("engine", new Word("rules-v1"))))
        .Line(0, "sla", YamlText.Map(("timeout", new Word(YamlText.Duration(serving.Timeout)))))
        .Open(0, "fallback")
        .Item(1, YamlText.Map(("kind", new Word("previous"))))
        .Item(1, YamlText.Map(("kind", new Word("cached")), ("maxAge", new Word(YamlText.Duration(serving.CachedMaxAge)))))
        .Item(1, YamlText.Map(("kind", new Word("model")), ("file", ReleaseBuild.Simple)))
        .Item(1, YamlText.Map(("kind", new Word("rules")), ("file", ReleaseBuild.Rules)))
        .Item(1, YamlText.Map(("kind", new Word("low-confidence"))))
        .Line(0, "breaker", YamlText.Map(
            ("windowCalls", 20), ("minCalls", 5), ("failureRatio", 0.5), ("slowCall", new Word("PT0.1S")), ("openFor", new Word("PT60S")), ("halfOpenCalls", 3)));

    static void Origin(YamlText yaml, TrainedRelease release)
    {
        TSquaredQOptions options = release.Recipe.Model;
        yaml.Open(0, "provenance")
            .Line(1, "dataset", YamlText.Map(("uri", release.Recipe.Source.Uri), ("digest", release.Data.Digest.ToString())))
            .Line(1, "code", Code(release.Provenance.Code))
            .Line(1, "environment", YamlText.Map(
                ("image", release.Provenance.Environment), ("lock", release.Provenance.Lock.ToString()), ("hardware", release.Provenance.Hardware)))
            .Line(1, "seeds", YamlText.Map(("golden", release.Recipe.Seed)))
            .Line(1, "hyperparameters", YamlText.Map(
                ("recipe", release.Recipe.Identity.ToString()),
                ("variance", options.Variance),
                ("limitMethod", new Word(options.Limit == LimitMethod.Empirical ? "empirical" : "theory")),
                ("limitQuantile", options.Quantile),
                ("limitMargin", options.Margin),
                ("normalRows", release.Normal.Rows.Count),
                ("components", release.Model.Components)));
    }

    static FlowMap Code(CodeOrigin code) => code.Dirty is { } dirty
        ? YamlText.Map(("repo", code.Repo), ("commit", code.Commit), ("dirty", dirty))
        : YamlText.Map(("repo", code.Repo), ("commit", code.Commit));

    static FlowMap Tensor(string name, int width) =>
        YamlText.Map(("name", name), ("dtype", new Word("float32")), ("shape", new object[] { new Word("batch"), width }));
}
