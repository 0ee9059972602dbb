using EdgeRuntime.Facts;

namespace EdgeRuntime.Replay;

/// <summary>A short id that several decisions begin with; the message lists them and says what to do.</summary>
public sealed class AmbiguousIdException(string beginning, IReadOnlyList<Decision> candidates) : Exception(Sentence(beginning, candidates))
{
    const int ListedMax = 10;

    /// <summary>Every decision whose id begins so, by id.</summary>
    public IReadOnlyList<Decision> Candidates { get; } = candidates;

    static string Sentence(string beginning, IReadOnlyList<Decision> candidates) =>
        $"{candidates.Count} decisions have an id that begins with {beginning}; give more digits: "
        + string.Join(", ", candidates.Take(ListedMax).Select(c => $"{c.PredictionId} ({c.Asset} at {c.At})"))
        + (candidates.Count > ListedMax ? $", and {candidates.Count - ListedMax} more." : ".");
}
