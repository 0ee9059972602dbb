namespace EdgeRuntime.Decisions.Plans;

/// <summary>One point in which a model's contract and a pipeline do not agree.</summary>
/// <param name="What"><c>pipeline</c>, <c>missing</c>, <c>extra</c>, <c>order</c>, <c>unit</c> or <c>dtype</c>.</param>
/// <param name="Feature">Name of the feature; empty when it is about the pipeline as a whole.</param>
/// <param name="Wants">What the model was trained on.</param>
/// <param name="Gives">What the pipeline gives.</param>
public sealed record ContractDifference(string What, string Feature, string Wants, string Gives, string Sentence);
