using EdgeRuntime.Facts.Canonical;

namespace EdgeRuntime.Facts;

/// <summary>How well a model repeats itself on this box: measured, never assumed. The numbers are on disk.</summary>
public enum DeterminismClass : byte
{
    /// <summary>Every bit was the same in every session, order and batch size, and the same as the release's golden answers. A replay must be bit-equal.</summary>
    A = 1,

    /// <summary>Answers differed by no more than <see cref="Qualification.Tolerance"/>. A replay within it counts as repeated, and says so.</summary>
    B = 2,

    /// <summary>Neither: nothing about repeating is promised.</summary>
    C = 3,
}

/// <summary>Everything that can change the last bit of an answer. Two boxes with the same fields are expected to give the same bits.</summary>
/// <param name="OnnxRuntime">Version of the native library that was loaded.</param>
/// <param name="Provider">Rung of the accelerator ladder: <c>cpu</c>, <c>cuda</c>…</param>
/// <param name="InstructionSet">Extensions that this machine offers, lower case, by spaces, in a fixed order.</param>
/// <param name="Culture"><c>invariant</c> or a name such as <c>de-DE</c>.</param>
public sealed record BoxEnvironment(
    string OnnxRuntime,
    string Provider,
    string InstructionSet,
    int Threads,
    string Optimization,
    string Culture,
    string OperatingSystem,
    string Architecture,
    string Dotnet)
{
    /// <summary>Name and value of every field, in the order in which they are written.</summary>
    public IReadOnlyList<(string Name, string Value)> Fields =>
    [
        ("onnxruntime", OnnxRuntime),
        ("provider", Provider),
        ("instruction set", InstructionSet),
        ("threads", FormattableString.Invariant($"{Threads}")),
        ("optimisation", Optimization),
        ("culture", Culture),
        ("operating system", OperatingSystem),
        ("architecture", Architecture),
        (".NET", Dotnet),
    ];

    /// <summary>One line for people.</summary>
    public override string ToString() => string.Join("; ", Fields.Select(f => $"{f.Name} {f.Value}"));
}

/// <summary>
/// What the qualification run of one model found when it was put in force on this box. Written right behind its activation; decides nothing, but
/// says what a replay may promise.
/// </summary>
public sealed record Qualification : Fact
{
    public override FactKind Kind => FactKind.Qualification;

    public required string Asset { get; init; }
    public required ArmRole Role { get; init; }

    /// <summary>SHA-256 of serving.yaml.</summary>
    public required Digest Serving { get; init; }

    /// <summary>SHA-256 of the model file.</summary>
    public required Digest Model { get; init; }

    public required DeterminismClass Class { get; init; }

    /// <summary>The largest |one − other| / max(1, |one|) that was seen; 0 for class A. Infinite where one answer was finite and the other was not.</summary>
    public required double LargestDifference { get; init; }

    /// <summary>What a replay may differ by, in the same measure: 0 for class A and for class C.</summary>
    public required double Tolerance { get; init; }

    /// <summary>Different questions asked.</summary>
    public required int Vectors { get; init; }

    /// <summary>Passes over them: one for each session, order and batch size.</summary>
    public required int Runs { get; init; }

    /// <summary>Version and commit of the runtime.</summary>
    public required string Build { get; init; }

    public required BoxEnvironment Environment { get; init; }

    /// <summary>One plain sentence: what was run and what was found.</summary>
    public required string Sentence { get; init; }

    internal override void WriteBody(CanonicalWriter to)
    {
        to.Text(Asset);
        to.Named(Role);
        to.Digest(Serving);
        to.Digest(Model);
        to.Named(Class);
        to.Double(LargestDifference);
        to.Double(Tolerance);
        to.Count(Vectors);
        to.Count(Runs);
        to.Text(Build);
        to.Text(Environment.OnnxRuntime);
        to.Text(Environment.Provider);
        to.Text(Environment.InstructionSet);
        to.Count(Environment.Threads);
        to.Text(Environment.Optimization);
        to.Text(Environment.Culture);
        to.Text(Environment.OperatingSystem);
        to.Text(Environment.Architecture);
        to.Text(Environment.Dotnet);
        to.Text(Sentence);
    }

    internal static Qualification Read(ref CanonicalReader from) => new()
    {
        Asset = from.Text(),
        Role = from.Named<ArmRole>(),
        Serving = from.Digest(),
        Model = from.Digest(),
        Class = from.Named<DeterminismClass>(),
        LargestDifference = from.Double(),
        Tolerance = from.Double(),
        Vectors = from.Index(),
        Runs = from.Index(),
        Build = from.Text(),
        Environment = new BoxEnvironment(
            from.Text(), from.Text(), from.Text(), from.Index(), from.Text(), from.Text(), from.Text(), from.Text(), from.Text()),
        Sentence = from.Text(),
    };
}
