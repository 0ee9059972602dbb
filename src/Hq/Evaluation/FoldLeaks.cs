using EdgeRuntime.Hq.Datasets;

namespace EdgeRuntime.Hq.Evaluation;

/// <summary>Rows that a fold learned from and is asked about, in the same recording or in another that shares them. One sentence for each.</summary>
static class FoldLeaks
{
    internal static IReadOnlyList<string> Of(IReadOnlyList<ScoredRecording> scored, IReadOnlyList<FoldTraining> folds, IReadOnlyList<SharedRows> shared)
    {
        var said = new List<string>();
        foreach (FoldTraining fold in folds)
        {
            foreach (Recording asked in scored.Where(s => s.Fold == fold.Fold).Select(s => s.Recording))
            {
                foreach (Recording learned in fold.Recordings)
                {
                    if (learned.Name == asked.Name ? Overlaps(learned, asked) : shared.Any(s => IsPair(s, learned.Name, asked.Name)))
                        said.Add($"Fold {fold.Fold} learned from {learned.Name} and is asked about {asked.Name}: they hold the same rows.");
                }
            }
        }

        return said;
    }

    static bool Overlaps(Recording a, Recording b) => a.Times.Count > 0 && b.Times.Count > 0 && a.Times[0] <= b.Times[^1] && b.Times[0] <= a.Times[^1];

    static bool IsPair(SharedRows shared, string a, string b) => (shared.First == a && shared.Second == b) || (shared.First == b && shared.Second == a);
}
