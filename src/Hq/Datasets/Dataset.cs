using EdgeRuntime.Facts;
using EdgeRuntime.Hq.Training;

namespace EdgeRuntime.Hq.Datasets;

/// <summary>Everything that a recipe's data gives, ready to be split.</summary>
/// <param name="Columns">The contract between pipeline and model.</param>
/// <param name="Recordings">In ordinal order of their names.</param>
/// <param name="Groups">Which recordings must stay together, because rows of them are the same: one number for each recording.</param>
/// <param name="Shared">What was found to be shared, one for each pair of recordings.</param>
/// <param name="Files">What was read, and how many rows each had; of a journal its frames.</param>
/// <param name="Digest">Of everything that was read; any changed byte is another dataset.</param>
sealed record Dataset(
    PipelineIdentity Pipeline,
    IReadOnlyList<VectorColumn> Columns,
    IReadOnlyList<Recording> Recordings,
    IReadOnlyList<int> Groups,
    IReadOnlyList<SharedRows> Shared,
    IReadOnlyList<SignalFile> Files,
    Digest Digest)
{
    /// <summary>What is odd in its labels and stops nobody, a sentence each.</summary>
    public IReadOnlyList<string> LabelRemarks { get; init; } = [];

    /// <summary>All vectors one recording after the other, and what each was.</summary>
    internal FeatureMatrix Matrix => new(Columns, [.. Recordings.SelectMany(r => r.Rows)], [.. Recordings.SelectMany(r => r.Times)]);

    internal IReadOnlyList<Truth> Truths => [.. Recordings.SelectMany(r => r.Truths)];

    /// <summary>The part of it that a fold may see: recordings of it, or stretches of them, and the files they lie in. The digest stays that of everything that was read.</summary>
    internal Dataset Only(IReadOnlyList<Recording> seen)
    {
        Dictionary<string, int> groupOf = Recordings.Zip(Groups).ToDictionary(r => r.First.Name, r => r.Second, StringComparer.Ordinal);
        HashSet<string> names = [.. seen.Select(r => r.Name)];
        return this with
        {
            Recordings = seen, Groups = [.. seen.Select(r => groupOf[r.Name])], Shared = [.. Shared.Where(s => names.Contains(s.First) && names.Contains(s.Second))],
            // A journal is one file, and not called as its recording is.
            Files = [.. Files.Where(f => DatasetBuild.NameOf(f.Name) is var name && (names.Contains(name) || !groupOf.ContainsKey(name)))],
        };
    }

    /// <summary>Recordings that give none, as where a column is empty throughout.</summary>
    internal IReadOnlyList<string> WithoutVectors => [.. Recordings.Where(r => r.Rows.Count == 0).Select(r => r.Name)];

    /// <summary>What is odd in it and stops nobody, a sentence each.</summary>
    internal IEnumerable<string> Remarks =>
    [
        .. WithoutVectors.Take(1).Select(_ => $"Not one whole vector comes from {string.Join(", ", WithoutVectors)}."),
        .. Files.Where(f => f.LateRows > 0).Select(f => FormattableString.Invariant($"In {f.Name} {f.LateRows} of {f.Rows} rows lie before a row above them; a box would take them as late.")),
        .. LabelRemarks,
    ];

    internal int LeftOut => Recordings.Sum(r => r.LeftOut);
}

/// <summary>Two recordings hold the same rows.</summary>
/// <param name="Rows">How many, and of these how many people call one thing in the one and another in the other.</param>
sealed record SharedRows(string First, string Second, int Rows, int Contradictions);
