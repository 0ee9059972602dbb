using System.Globalization;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace EdgeRuntime.Inference.Onnx;

/// <summary>Holds a loaded model against what its release says: names, order, types, shapes.</summary>
static class ContractCheck
{
    // More floats than this is not an answer about one moment, and a shape of a billion must not become an allocation.
    internal const int FloatsMax = 1024 * 1024;

    /// <summary>The shape of a tensor for one question: open first dimension as 1.</summary>
    internal sealed record Slot(string Name, long[] Shape, int Length);

    /// <exception cref="ModelRefusedException">Tells every difference at once.</exception>
    internal static (Slot Input, IReadOnlyList<Slot> Outputs) Check(InferenceSession session, ModelContract contract)
    {
        var wrong = new List<string>();
        List<Slot> inputs = Side("input", session.InputNames, session.InputMetadata, contract.Inputs, wrong);
        List<Slot> outputs = Side("output", session.OutputNames, session.OutputMetadata, contract.Outputs, wrong);
        if (wrong.Count == 0 && (inputs.Count != 1 || inputs[0].Shape is not [1, _]))
            wrong.Add($"The model takes {Describe(inputs)}; this version serves models with one input of the shape [batch, features].");
        if (wrong.Count == 0 && outputs.Count == 0)
            wrong.Add("The model has no output.");
        if (wrong.Count == 0 && outputs.Sum(o => (long)o.Length) > FloatsMax)
            wrong.Add($"The model gives {outputs.Sum(o => (long)o.Length)} numbers a call; at most {FloatsMax} are taken.");
        return wrong.Count == 0 ? (inputs[0], outputs) : throw new ModelRefusedException(string.Join(" ", wrong));
    }

    static List<Slot> Side(
        string side, IReadOnlyList<string> names, IReadOnlyDictionary<string, NodeMetadata> metadata, IReadOnlyList<TensorContract> contract, List<string> wrong)
    {
        var slots = new List<Slot>();
        string[] promised = [.. contract.Select(t => t.Name)];
        if (!names.SequenceEqual(promised, StringComparer.Ordinal))
        {
            wrong.Add($"The model's {side}s are [{string.Join(", ", names)}], the release says [{string.Join(", ", promised)}]; names and order must be the same.");
            return slots;
        }

        foreach (TensorContract tensor in contract)
        {
            NodeMetadata found = metadata[tensor.Name];
            string subject = $"The {side} '{tensor.Name}'";
            if (!found.IsTensor)
                wrong.Add($"{subject} is not a tensor in the model; only tensors are served.");
            else if (TypeName(found.ElementDataType) != tensor.DType)
                wrong.Add($"{subject} is {TypeName(found.ElementDataType)} in the model, but the release says {tensor.DType}.");
            else if (found.ElementDataType != TensorElementType.Float)
                wrong.Add($"{subject} is {tensor.DType}; this version serves float32 only.");
            else if (Shape(found, tensor.Shape) is { } shape)
                Add(slots, tensor.Name, shape, subject, wrong);
            else
                wrong.Add($"{subject} has the shape [{string.Join(", ", Dimensions(found))}] in the model, but the release says [{string.Join(", ", tensor.Shape)}]; the first may be open, all others must be the same whole numbers.");
        }

        return slots;
    }

    static void Add(List<Slot> slots, string name, long[] shape, string subject, List<string> wrong)
    {
        long length = 1;
        foreach (long dimension in shape)
        {
            length *= dimension;
            if (length is < 1 or > FloatsMax)
            {
                wrong.Add($"{subject} has the shape [{string.Join(", ", shape)}]; it must hold from 1 to {FloatsMax} numbers.");
                return;
            }
        }

        slots.Add(new Slot(name, shape, (int)length));
    }

    /// <summary>The shape for one question, or null where model and release disagree.</summary>
    static long[]? Shape(NodeMetadata found, IReadOnlyList<string> promised)
    {
        int[] dimensions = found.Dimensions;
        if (dimensions.Length != promised.Count)
            return null;
        var shape = new long[dimensions.Length];
        for (int i = 0; i < shape.Length; i++)
        {
            bool open = !long.TryParse(promised[i], NumberStyles.None, CultureInfo.InvariantCulture, out long said);
            if (i == 0 && dimensions[i] is -1 or 1 && (open || said == 1))
                shape[i] = 1;
            else if (!open && dimensions[i] == said)
                shape[i] = said;
            else
                return null;
        }

        return shape;
    }

    static IEnumerable<string> Dimensions(NodeMetadata found) => found.Dimensions.Select((dimension, i) =>
        dimension >= 0 ? dimension.ToString(CultureInfo.InvariantCulture) : found.SymbolicDimensions[i] is { Length: > 0 } name ? name : "?");

    static string TypeName(TensorElementType type) => type switch
    {
        TensorElementType.Float => "float32",
        TensorElementType.Double => "float64",
        _ => type.ToString().ToLowerInvariant(),
    };

    static string Describe(List<Slot> inputs) => string.Join(", ", inputs.Select(i => $"'{i.Name}' [{string.Join(", ", i.Shape)}]"));
}
