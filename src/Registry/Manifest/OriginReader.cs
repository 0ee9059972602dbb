using EdgeRuntime.Registry.Schema;

namespace EdgeRuntime.Registry.Manifest;

/// <summary>Where it comes from and how that is proved: <c>reproducibility</c>, <c>provenance</c>, <c>licences</c>, <c>signatures</c>.</summary>
static class OriginReader
{
    /// <summary>What this version checks.</summary>
    static readonly string[] PredicateTypes = [Trust.Predicates.Approval, Trust.Predicates.Provenance, Trust.Predicates.TestResult];

    internal static GoldenSection? Golden(Section root, IReadOnlyList<ReleaseFile> files)
    {
        Duty duty = Duty.Of("Inference");
        if (root.OptionalInner("reproducibility", duty, "What must come out again.") is not { } reproducibility
            || reproducibility.OptionalInner("golden", duty, "Questions that every box asks before it takes the release.") is not { } golden)
            return null;
        string file = ManifestReader.File(golden, "file", true, "golden", files, duty, "Questions and answers, one of files with the role golden.");
        if (file.Length > 0 && !file.EndsWith(".csv", StringComparison.OrdinalIgnoreCase))
            ServingFeatures.Refuse(golden, "file", ServingFeatures.GoldenParquet, "write it as golden.csv.");
        int rows = (int)golden.Integer("rows", duty, "How many questions it holds.", 1, 100_000);
        Section tolerance = golden.Inner("tolerance", duty, "How exact an answer must be, by accelerator.");
        double cpu = tolerance.Tolerance("cpu", true, duty, "On the processor.") ?? 0;
        var others = new Dictionary<string, double>(StringComparer.Ordinal);
        foreach (string provider in ModelReader.Accelerators.Where(a => a != "cpu"))
        {
            if (tolerance.Tolerance(provider, false, duty, "On this accelerator; without it the release promises nothing there.") is { } said)
                others[provider] = said;
        }

        return new GoldenSection(file, rows, cpu) { Others = others };
    }

    internal static ProvenanceSection? Provenance(Section root)
    {
        Duty told = Duty.Told;
        if (root.OptionalInner("provenance", told, "What it was made from.") is not { } section)
            return null;
        Section? dataset = section.OptionalInner("dataset", told, "Data it was trained on.");
        Section? policy = section.OptionalInner("labelPolicy", told, "How labels were decided.");
        Section? code = section.OptionalInner("code", told, "Code that trained it.");
        Section? environment = section.OptionalInner("environment", told, "Where it was trained.");
        return new ProvenanceSection
        {
            DatasetUri = dataset?.TextOr("uri", "", told, "Where they lie.") ?? "",
            Dataset = dataset?.OptionalSha256("digest", told, "Their digest."),
            LabelPolicy = policy?.TextOr("id", "", told, "Its name.") ?? "",
            LabelPolicySha256 = policy?.OptionalSha256("sha256", told, "Its digest."),
            Repository = code?.TextOr("repo", "", told, "Repository.") ?? "",
            Commit = code?.TextOr("commit", "", told, "Commit.") ?? "",
            Dirty = code?.FlagOr("dirty", false, told, "There were changes that no commit has.") ?? false,
            Image = environment?.TextOr("image", "", told, "Image or program.") ?? "",
            Lock = environment?.OptionalSha256("lock", told, "Digest of the list of packages."),
            Python = environment?.TextOr("python", "", told, "Version of Python.") ?? "",
            Packages = environment?.OptionalInteger("packages", told, "How many packages.", 0),
            Hardware = environment?.TextOr("hardware", "", told, "Machine.") ?? "",
            Seeds = section.Free("seeds", told, "Seeds, by what they seeded."),
            Hyperparameters = section.Free("hyperparameters", told, "Hyperparameters."),
            Parent = section.OptionalSha256("parent", told, "serving.yaml of the release it was tuned from."),
            Evaluation = section.Free("evaluation", told, "What it was measured at, and report, the digest of the report."),
        };
    }

    internal static LicencesSection? Licences(Section root, IReadOnlyList<ReleaseFile> files)
    {
        Duty told = Duty.Told;
        if (root.OptionalInner("licences", told, "Licences, as SPDX names or LicenseRef.") is not { } section)
            return null;
        return new LicencesSection(
            section.TextOr("model", "", told, "Of the model."),
            section.TextOr("code", "", told, "Of the code."),
            section.TextOr("data", "", told, "Of the data."),
            ManifestReader.File(section, "thirdParty", false, "license", files, told, "Licences of others, one of files with the role license."));
    }

    internal static SignaturesSection Signatures(Section root)
    {
        Duty duty = Duty.Of("Registry");
        if (root.OptionalInner("signatures", duty, "What must be signed, beside what the trust root asks for.") is not { } section)
            return new SignaturesSection();
        return new SignaturesSection
        {
            Policy = section.ChoiceOr("policy", "release", ["release"], duty, "Who signs."),
            Threshold = section.IntegerOr("threshold", 1, duty, "How many keys must sign the approval; the trust root may ask for more.", 1, 16),
            PredicateTypes = section.Words("predicateTypes", [Trust.Predicates.Approval], PredicateTypes, duty, "Statements that must be there; the approval always must."),
        };
    }
}
