namespace EdgeRuntime.Decisions.Plans;

/// <summary>Which part of a plan is broken. The words are the stages that a replay names.</summary>
public enum PlanPart
{
    Serving,
    Model,
    Features,
    Rules,
    Site,
}

/// <summary>A part of a plan that decided once cannot be had any more: the sentence says what is missing or which bytes differ.</summary>
public sealed class PlanBrokenException(PlanPart part, string sentence, Exception? inner = null) : Exception(sentence, inner)
{
    public PlanPart Part { get; } = part;
}
