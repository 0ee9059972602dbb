using EdgeRuntime.Facts.Canonical;

namespace EdgeRuntime.Facts;

/// <summary>What a fact is. The numbers are on disks in plants: never renumber.</summary>
public enum FactKind : byte
{
    Tick = 1,
    Validated = 2,
    FeatureVector = 3,
    Prediction = 4,
    Decision = 5,
    Activation = 6,
    ModeChange = 7,
    Refusal = 8,
    Gap = 9,
    Finding = 10,
    Label = 11,
    Audit = 12,
    FeatureStage = 13,
    Correction = 14,
    EngineState = 15,
    ClockOffset = 16,
    Qualification = 17,
}

/// <summary>
/// Something that happened, immutable. Two facts are the same when their canonical bytes are: <see cref="FactCodec.Encode(Fact)"/>.
/// (Samples are facts too, but so many that they travel as values: <see cref="Sample"/>.)
/// </summary>
public abstract record Fact
{
    public abstract FactKind Kind { get; }

    /// <summary>Version of the layout that <see cref="WriteBody"/> writes.</summary>
    internal virtual byte Layout => 1;

    internal abstract void WriteBody(CanonicalWriter to);
}
