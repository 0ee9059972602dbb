namespace EdgeRuntime.Features;

/// <summary>One number of the vector, as a model is told about it: the columns in their order are the contract that a model is checked against.</summary>
/// <param name="DType">Always <c>float32</c>.</param>
/// <param name="Unit">The engineering unit; <c>1</c> for a pure number, empty where the signal states none.</param>
public sealed record FeatureColumn(string Name, string DType, string Unit);
