namespace EdgeRuntime.Inference;

/// <summary>One tensor as the release states it.</summary>
/// <param name="DType">ONNX's word in numpy's spelling: <c>float32</c>, <c>int64</c>, <c>bool</c>.</param>
/// <param name="Shape">Whole numbers as text; a word (<c>batch</c>) for a dimension that is open. Only the first may be open.</param>
public sealed record TensorContract(string Name, string DType, IReadOnlyList<string> Shape);

/// <summary>What a release says that its model takes and gives, in order. A model that differs in anything is refused at load.</summary>
public sealed record ModelContract(IReadOnlyList<TensorContract> Inputs, IReadOnlyList<TensorContract> Outputs)
{
    /// <summary>Domain → version of the operators; empty: the release does not say.</summary>
    public IReadOnlyDictionary<string, int> Opset { get; init; } = new Dictionary<string, int>();
}

/// <summary>Where one output of the model lies among the floats that a call gives.</summary>
public sealed record ModelOutput(string Name, int Offset, int Length);
