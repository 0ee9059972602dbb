namespace EdgeRuntime.Inference.Onnx;

/// <summary>
/// What constants become when the runtime computes them at load. A shape of three numbers can ask for a terabyte of zeros; here the operators that make much of
/// little are followed as far as their inputs are constants.
/// </summary>
sealed class ConstantGrowth
{
    /// <summary>Numbers that a constant may come to; more is not part of a model for an edge box.</summary>
    internal const long ElementsMax = 64L * 1024 * 1024;

    readonly Dictionary<string, (long Elements, long[]? Small)> _constants = new(StringComparer.Ordinal);

    // A graph inside another sees the outer one's constants.
    readonly ConstantGrowth? _outer;

    internal ConstantGrowth(ConstantGrowth? outer = null) => _outer = outer;

    internal void Add(string name, TensorScan tensor) => _constants[name] = (tensor.Elements, tensor.Small);

    /// <exception cref="ModelRefusedException">It would fill the memory.</exception>
    internal void Take(string operation, IReadOnlyList<string> inputs, IReadOnlyList<string> outputs)
    {
        if (outputs.Count == 0 || Grown(operation, inputs) is not { } elements)
            return;
        if (elements is < 0 or > ElementsMax)
            throw new ModelRefusedException($"The model's operator '{operation}' makes a constant of more than {ElementsMax} numbers ('{outputs[0]}'); it is made to fill the memory, or its shape is wrong.");
        _constants[outputs[0]] = (elements, null);
    }

    /// <summary>How many numbers come out; -1 beyond all bounds; null where that is not known here.</summary>
    long? Grown(string operation, IReadOnlyList<string> inputs) => operation switch
    {
        "ConstantOfShape" when Small(inputs, 0) is { } shape => Product(1, shape),
        "Expand" when Small(inputs, 1) is { } shape => Product(1, shape),
        "Tile" when Elements(inputs, 0) is { } elements && Small(inputs, 1) is { } repeats => Product(elements, repeats),
        "Concat" => Sum(inputs),
        "Identity" or "Cast" or "Reshape" or "Unsqueeze" or "Squeeze" or "Flatten" or "Transpose" => Elements(inputs, 0),
        _ => null,
    };

    long? Sum(IReadOnlyList<string> inputs)
    {
        long sum = 0;
        for (int i = 0; i < inputs.Count; i++)
        {
            if (Elements(inputs, i) is not { } elements)
                return null;
            sum += elements;
        }

        return sum;
    }

    static long Product(long elements, long[] dimensions)
    {
        foreach (long dimension in dimensions)
            elements = TensorScan.Times(elements, dimension);
        return elements;
    }

    long? Elements(IReadOnlyList<string> inputs, int i) => i < inputs.Count ? Find(inputs[i])?.Elements : null;

    long[]? Small(IReadOnlyList<string> inputs, int i) => i < inputs.Count ? Find(inputs[i])?.Small : null;

    (long Elements, long[]? Small)? Find(string name) => _constants.TryGetValue(name, out (long Elements, long[]? Small) constant) ? constant : _outer?.Find(name);
}
