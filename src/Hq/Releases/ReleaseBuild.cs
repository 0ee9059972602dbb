using EdgeRuntime.Facts;
using EdgeRuntime.Hq.Training;

namespace EdgeRuntime.Hq.Releases;

/// <summary>A trained release as the files a box reads. Same release, same bytes.</summary>
static class ReleaseBuild
{
    internal const string Serving = "serving.yaml", Model = "model.onnx", Simple = "simple.onnx", Rules = "rules.yaml", Golden = "golden.csv", Card = "MODEL_CARD.md";

    /// <summary>The model's outputs and how wide each is.</summary>
    internal static IReadOnlyList<(string Name, int Width)> Outputs(int width) =>
        [(TSquaredQGraph.Score, 1), (TSquaredQGraph.TSquared, 1), (TSquaredQGraph.Q, 1), (TSquaredQGraph.Contributions, width)];

    /// <summary>All files, serving.yaml last because it names the others.</summary>
    internal static IReadOnlyList<ReleasePart> Build(TrainedRelease release, IGoldenScorer scorer)
    {
        KeyValuePair<string, string>[] metadata =
        [
            new("release", $"{release.Recipe.Name} {release.Recipe.Version}"),
            new("features", string.Join(',', release.Columns.Select(c => c.Name))),
            new("pipeline", release.Data.Pipeline.Sha256.ToString()),
            new("threshold", "1"),
        ];
        byte[] model = TSquaredQGraph.Write(release.Model, release.Recipe.Version, metadata);
        IReadOnlyList<float[]> rows = GoldenSet.Rows(release.Data.Matrix, release.Model.Scale, release.Recipe.Seed);
        IReadOnlyList<(string Name, int Width)> outputs = Outputs(release.Columns.Count);
        IReadOnlyList<float[]> answers = scorer.Score(model, outputs, rows);

        List<ReleasePart> parts =
        [
            new(Model, "weights", model),
            new(Simple, "fallback", release.Simple.Write(release.Recipe.Version, metadata)),
            new(Rules, "rules", RuleSkeleton.Write(release.Rules)),
            new(Golden, "golden", GoldenSet.Write(release.Columns, outputs, rows, answers)),
            new(Card, "doc", ModelCard.Write(release)),
        ];
        parts.Add(new(Serving, "serving", ServingYaml.Write(release, parts, rows.Count)));
        return parts;
    }

    /// <summary>Writes the files into <paramref name="folder"/>; files of another name that lie there stay. Gives the digest of serving.yaml.</summary>
    internal static Digest Write(string folder, IReadOnlyList<ReleasePart> parts)
    {
        Directory.CreateDirectory(folder);
        foreach (ReleasePart part in parts)
            File.WriteAllBytes(Path.Combine(folder, part.Path), part.Bytes);
        return Digest.Of(parts[^1].Bytes);
    }
}
