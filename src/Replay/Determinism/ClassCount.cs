using EdgeRuntime.Facts;

namespace EdgeRuntime.Replay.Determinism;

/// <summary>What a replay may hold against a decision, by the class of the model that made it.</summary>
sealed class ClassCount(QualifiedModels models)
{
    readonly Dictionary<Qualification, long> _checked = new(ReferenceEqualityComparer.Instance);

    public long WithinTolerance { get; private set; }

    public IReadOnlyList<QualifiedDecisions> Qualified => [.. _checked
        .Select(c => new QualifiedDecisions(c.Key, c.Value))
        .OrderByDescending(q => q.Checked)
        .ThenBy(q => q.Qualification.Asset, StringComparer.Ordinal)
        .ThenBy(q => q.Qualification.Model.Hex, StringComparer.Ordinal)];

    public void Count(Decision decision)
    {
        if (models.Of(decision) is { } found)
            _checked[found] = _checked.GetValueOrDefault(found) + 1;
    }

    /// <summary>Only what a model said can be within a tolerance: samples, features and the plant's rules are ours and repeat.</summary>
    public bool IsWithinTolerance(Difference difference, IReadOnlyList<Fact> recorded, IReadOnlyList<Fact> computed)
    {
        if (difference.Stage is not ("model" or "decision") || !Determinism.WithinTolerance.Holds(recorded, computed, models))
            return false;
        WithinTolerance++;
        return true;
    }

    public Difference Worded(Difference difference, Decision decision) => models.Of(decision) is { Class: DeterminismClass.C }
        ? difference with { Sentence = $"{difference.Sentence} (Its model is of class C on this box: nothing was promised about repeating it.)" }
        : difference;
}
