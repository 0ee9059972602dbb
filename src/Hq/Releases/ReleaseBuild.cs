using System.Globalization;
using EdgeRuntime.Facts;

namespace EdgeRuntime.Hq.Releases;

/// <summary>A trained release as the files a box reads. Same release, same bytes.</summary>
static class ReleaseBuild
{
    internal const string Serving = "serving.yaml", Model = "model.onnx", Simple = "simple.onnx", Rules = "rules.yaml", Golden = "golden.csv", Profile = "profile.json", Card = "MODEL_CARD.md";

    /// <summary>All files, serving.yaml last because it names the others.</summary>
    internal static IReadOnlyList<ReleasePart> Build(TrainedRelease release, IGoldenScorer scorer)
    {
        KeyValuePair<string, string>[] metadata =
        [
            new("release", $"{release.Recipe.Name} {release.Recipe.Version}"),
            new("features", string.Join(',', release.Columns.Select(c => c.Name))),
            new("pipeline", release.Data.Pipeline.Sha256.ToString()),
            new("threshold", release.Classifier is { } classifier ? classifier.Alarm.Threshold.ToString("R", CultureInfo.InvariantCulture) : "1"),
        ];
        byte[] model = release.Model.Write(release.Recipe.Version, metadata);
        IReadOnlyList<float[]> rows = GoldenSet.Rows(release.Data.Matrix, release.Deviation.Scale, release.Recipe.Seed);
        IReadOnlyList<(string Name, int Width)> outputs = release.Model.Outputs;
        IReadOnlyList<float[]> answers = scorer.Score(model, outputs, rows);

        List<ReleasePart> parts = [new(Model, "weights", model)];
        if (release.Simple is { } simple)
            parts.Add(new(Simple, "fallback", simple.Write(release.Recipe.Version, metadata)));
        parts.AddRange(
        [
            new(Rules, "rules", RuleSkeleton.Write(release.Rules)),
            new(Golden, "golden", GoldenSet.Write(release.Columns, outputs, rows, answers)),
            new(Profile, "profile", release.Profile.Write()),
            new(Card, "doc", release.Classifier is { } trained ? ClassifierCard.Write(release, trained) : ModelCard.Write(release)),
        ]);
        parts.Add(new(Serving, "serving", ServingYaml.Write(release, parts, rows.Count)));
        return parts;
    }

    /// <summary>Writes the files into <paramref name="folder"/>, all or none; files of another name that lie there stay. Gives the digest of serving.yaml.</summary>
    internal static Digest Write(string folder, IReadOnlyList<ReleasePart> parts)
    {
        WholeFiles.Write(folder, [.. parts.Select(p => (p.Path, p.Bytes))]);
        return Digest.Of(parts[^1].Bytes);
    }
}
