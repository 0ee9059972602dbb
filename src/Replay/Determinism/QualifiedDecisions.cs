using EdgeRuntime.Facts;

namespace EdgeRuntime.Replay.Determinism;

/// <summary>How many of the compared decisions rested on one measurement of a model.</summary>
public sealed record QualifiedDecisions(Qualification Qualification, long Checked)
{
    /// <summary>What differs between the environment that was measured and another, one piece of text per field; empty when nothing does.</summary>
    public IReadOnlyList<string> DifferencesFrom(BoxEnvironment other) =>
    [
        .. Qualification.Environment.Fields.Zip(other.Fields)
            .Where(pair => pair.First.Value != pair.Second.Value)
            .Select(pair => $"{pair.First.Name} '{pair.First.Value}' then, '{pair.Second.Value}' now"),
    ];
}
