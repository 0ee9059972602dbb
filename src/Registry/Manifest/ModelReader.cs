using System.Globalization;
using EdgeRuntime.Settings;

namespace EdgeRuntime.Registry.Manifest;

/// <summary>The sections <c>model</c> and <c>features</c>, and that the one's input is the other's columns.</summary>
static class ModelReader
{
    static readonly Dictionary<string, string> Formats = ManifestReader.Words("onnx");
    static readonly Dictionary<string, string> Float32 = ManifestReader.Words("float32");
    static readonly Dictionary<string, string> DTypes =
        ManifestReader.Words("float32", "float64", "float16", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64", "bool", "string");

    static readonly Dictionary<string, string> ExecutionModes = ManifestReader.Words("sequential");
    static readonly Dictionary<string, string> GraphOptimizations = ManifestReader.Words("disabled", "basic", "extended", "all");
    static readonly Dictionary<string, string> Engines = ManifestReader.Words("onnxruntime");
    static readonly Dictionary<string, string> Accelerators = ManifestReader.Words("tensorrt", "cuda", "directml", "cpu");

    internal static ModelSection Model(SettingsNode model, IReadOnlyList<ReleaseFile> files)
    {
        model.ChoiceOr("format", "onnx", Formats);
        model.ChoiceOr("precision", "float32", Float32);
        model.OptionalText("parameters");
        if (model.OptionalSection("opset") is { } opset)
        {
            foreach (string domain in opset.Keys)
                opset.Integer(domain, 1, 1000);
        }

        SettingsNode deterministic = model.Section("deterministic");
        deterministic.ChoiceOr("executionMode", "sequential", ExecutionModes);
        deterministic.OptionalInteger("seed");
        SettingsNode runtime = model.Section("runtime");
        runtime.ChoiceOr("engine", "onnxruntime", Engines);
        List<TensorSpec> outputs = Tensors(model, "outputs");
        if (outputs.Count > 0 && !outputs.Exists(o => o.Name == "score"))
            model.Violate("outputs", $"are {string.Join(", ", outputs.Select(o => o.Name))}; a model for anomaly scores has an output called 'score'.");
        return new ModelSection
        {
            File = ManifestReader.File(model, "file", "weights", files),
            Architecture = model.TextOr("architecture", ""),
            Inputs = Tensors(model, "inputs"),
            Outputs = outputs,
            Threads = deterministic.IntegerOr("threads", 1, 1, 64),
            GraphOptimization = deterministic.ChoiceOr("graphOptimization", "extended", GraphOptimizations),
            Providers = Providers(runtime),
            RuntimeVersions = ManifestReader.Range(runtime, "version"),
        };
    }

    internal static FeaturesSection Features(SettingsNode features, SettingsNode root, ModelSection model)
    {
        long? schema = features.OptionalInteger("schemaVersion", 0);
        if (root.OptionalSection("compatibility") is { } compatibility)
        {
            ManifestReader.Compatibility(compatibility);
            compatibility.OptionalText("replaces");
            if (compatibility.OptionalInteger("featureSchema", 0) is { } needed && needed != schema)
                compatibility.Violate("featureSchema", Invariant($"is {needed}, but features.schemaVersion is {(schema is { } is_ ? Invariant($"{is_}") : "missing")}; they must be the same."));
        }

        SettingsNode pipeline = features.Section("pipeline");
        TimeSpan? maxAge = null;
        if (features.OptionalSection("window") is { } window)
        {
            window.OptionalDuration("length");
            window.OptionalDuration("step");
            maxAge = window.OptionalDuration("maxAge") is { } age ? ServingReader.Positive(window, "maxAge", age) : null;
        }

        var section = new FeaturesSection(
            pipeline.Text("id"), pipeline.Text("version"), ManifestReader.Sha256(pipeline, "sha256"), maxAge, Columns(features));
        CheckInput(features, section, model);
        return section;
    }

    static List<TensorSpec> Tensors(SettingsNode model, string side)
    {
        var tensors = new List<TensorSpec>();
        foreach (SettingsNode node in model.List(side))
        {
            var tensor = new TensorSpec(node.Text("name"), node.Choice("dtype", DTypes), node.Texts("shape"));
            if (!node.Has("shape"))
                node.Violate("shape", "is missing.");
            foreach (string dimension in tensor.Shape.Skip(1).Where(d => Whole(d) is not > 0))
                node.Violate("shape", $"has '{dimension}'; only the first dimension may be open, all others are whole numbers above zero.");
            if (tensors.Exists(t => t.Name == tensor.Name))
                node.Violate("name", $"is '{tensor.Name}' a second time.");
            tensors.Add(tensor);
        }

        if (tensors.Count == 0)
            model.Violate(side, "is missing; it lists at least one tensor.");
        return tensors;
    }

    static IReadOnlyList<string> Providers(SettingsNode runtime)
    {
        IReadOnlyList<string> providers = runtime.Texts("providers");
        foreach (string provider in providers.Where(p => !Accelerators.ContainsKey(p)))
            runtime.Violate("providers", $"has '{provider}'; it must be one of {string.Join(", ", Accelerators.Keys)}.");
        return providers.Count > 0 ? providers : ["cpu"];
    }

    static List<ColumnSpec> Columns(SettingsNode features)
    {
        var columns = new List<ColumnSpec>();
        foreach (SettingsNode node in features.List("columns"))
        {
            var column = new ColumnSpec(node.Text("name"), node.ChoiceOr("dtype", "float32", Float32), node.TextOr("unit", ""));
            // Where the pipeline takes it from: the pipeline's own document says that, and its digest is above.
            node.OptionalText("source");
            node.OptionalText("agg");
            node.OptionalRange("range");
            if (node.FlagOr("nullable", false))
                node.Violate("nullable", "is true; this version asks a model only about vectors without gaps.");
            if (node.Has("onMissing"))
                node.Violate("onMissing", "is not carried out by this version; a gap makes the next rung of the ladder answer. State it in the pipeline instead.");
            node.OptionalText("onMissing");
            if (columns.Exists(c => c.Name == column.Name))
                node.Violate("name", $"is '{column.Name}' a second time.");
            columns.Add(column);
        }

        if (columns.Count == 0)
            features.Violate("columns", "is missing; it lists the features in the order of the model's input.");
        return columns;
    }

    /// <summary>The last dimension of the only input is the number of columns; a model that takes more or fewer was trained on something else.</summary>
    static void CheckInput(SettingsNode features, FeaturesSection section, ModelSection model)
    {
        if (model.Inputs is [{ Shape.Count: > 0 } input] && Whole(input.Shape[^1]) is { } width && width != section.Columns.Count && section.Columns.Count > 0)
            features.Violate("columns", Invariant($"lists {section.Columns.Count} features, but the model's input '{input.Name}' takes {width}."));
    }

    static long? Whole(string dimension) => long.TryParse(dimension, NumberStyles.None, CultureInfo.InvariantCulture, out long whole) ? whole : null;

    static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
