using System.Globalization;
using EdgeRuntime.Registry.Schema;

namespace EdgeRuntime.Registry.Manifest;

/// <summary>The section <c>model</c>.</summary>
static class ModelReader
{
    /// <summary>From the fastest to the one that is always there.</summary>
    internal static readonly string[] Accelerators = ["tensorrt", "cuda", "directml", "cpu"];

    static readonly string[] DTypes =
        ["float32", "float64", "float16", "bfloat16", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64", "bool", "string"];

    internal static ModelSection Model(Section model, IReadOnlyList<ReleaseFile> files)
    {
        model.ChoiceOr("format", "onnx", ["onnx"], Duty.Of("Inference"), "Format of the file.");
        model.ServedChoice("precision", false, ["float32", "float16", "bfloat16", "int8", "mixed"], Duty.Of("Inference"), "Precision of what goes in and out.");
        string file = ManifestReader.File(model, "file", true, "weights", files, Duty.Of("Inference"), "The model, one of files with the role weights.");
        string architecture = model.TextOr("architecture", "", Duty.Told, "What kind of model it is.");
        IReadOnlyDictionary<string, int> opset = model.Numbers("opset", 1, 1000, Duty.Of("Inference"), "Domain and version of the operators, held against the file.");
        string parameters = model.TextOr("parameters", "", Duty.Told, "How many numbers were learned, as 412k.");
        List<TensorSpec> inputs = Tensors(model, "inputs", "What goes in, in order.");
        List<TensorSpec> outputs = Tensors(model, "outputs", "What comes out, in order.");
        if (outputs.Count > 0 && !outputs.Exists(o => o.Name is "score" or ""))
            model.Violate("outputs", $"are {string.Join(", ", outputs.Select(o => o.Name))}; a model for anomaly scores has an output called 'score'.");
        Section deterministic = model.Inner("deterministic", Duty.Of("Inference"), "What pins its bits, part of the reproducibility contract.");
        deterministic.ServedChoice("executionMode", false, ["sequential", "parallel"], Duty.Of("Inference"), "Order of the operators.");
        Section runtime = model.Inner("runtime", Duty.Of("Inference"), "What computes it.");
        runtime.ChoiceOr("engine", "onnxruntime", ["onnxruntime"], Duty.Of("Inference"), "The runtime.");
        return new ModelSection
        {
            File = file,
            Architecture = architecture,
            Opset = opset,
            Parameters = parameters,
            Inputs = inputs,
            Outputs = outputs,
            Threads = deterministic.IntegerOr("threads", 1, Duty.Of("Inference"), "Threads within an operator; 1 unless given.", 1, 64),
            GraphOptimization = deterministic.ChoiceOr("graphOptimization", "extended", ["disabled", "basic", "extended", "all"], Duty.Of("Inference"), "ONNX Runtime's level; extended unless given."),
            Seed = deterministic.OptionalInteger("seed", Duty.Told, "Seed it was trained with.", long.MinValue),
            Providers = runtime.Words("providers", ["cpu"], Accelerators, Duty.Of("Inference"), "Accelerators in order of preference; cpu unless given."),
            RuntimeVersions = runtime.OptionalVersions("version", Duty.Of("Service"), "Versions of the runtime that may compute it."),
        };
    }

    static List<TensorSpec> Tensors(Section model, string side, string says)
    {
        var tensors = new List<TensorSpec>();
        IReadOnlyList<Section> entries = model.List(side, true, Duty.Of("Inference"), says);
        foreach (Section entry in entries)
        {
            var tensor = new TensorSpec(
                entry.Text("name", Duty.Of("Inference"), "Its name in the graph."),
                entry.Choice("dtype", DTypes, Duty.Of("Inference"), "Type of its numbers."),
                entry.Shape("shape", Duty.Of("Inference"), "Its dimensions; the first may be a word, which leaves it open."));
            foreach (string dimension in tensor.Shape.Skip(1).Where(d => Whole(d) is not > 0))
                entry.Violate("shape", $"has '{dimension}'; only the first dimension may be open, all others are whole numbers above zero.");
            if (tensor.Name.Length > 0 && tensors.Exists(t => t.Name == tensor.Name))
                entry.Violate("name", $"is '{tensor.Name}' a second time.");
            tensors.Add(tensor);
        }

        if (tensors.Count == 0)
            model.Violate(side, "is missing; it lists at least one tensor.");
        return tensors;
    }

    internal static long? Whole(string dimension) => long.TryParse(dimension, NumberStyles.None, CultureInfo.InvariantCulture, out long whole) ? whole : null;
}
