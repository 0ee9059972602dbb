using EdgeRuntime.Registry.Schema;
using EdgeRuntime.Settings;

namespace EdgeRuntime.Registry.Manifest;

/// <summary>
/// serving.yaml, first version of its schema: every key, what it means and what becomes of it. What would change answers and is not carried out by this
/// version is refused (<see cref="ServingFeatures"/>); what a part that comes later will act on is read, checked and carried in the manifest.
/// </summary>
static class ManifestReader
{
    const string Kind = "ServingConfiguration";

    static readonly string[] Roles = ["weights", "preprocess", "fallback", "calibration", "profile", "golden", "rules", "doc", "license"];

    /// <summary>The product's own version, for <c>compatibility.runtime</c>.</summary>
    static readonly string ProductVersion = typeof(ManifestReader).Assembly.GetName().Version!.ToString(3);

    /// <summary>Call <see cref="SettingsDocument.ThrowIfInvalid"/> afterwards: before, what is returned may hold defaults in place of what is wrong.</summary>
    internal static ServingManifest Read(SettingsDocument document) => Read(Section.Reading(document.Root));

    /// <summary>The keys of serving.yaml, from the same words that read it.</summary>
    internal static SectionShape Describe()
    {
        var shape = new SectionShape();
        Read(Section.Describing(shape));
        return shape;
    }

    static ServingManifest Read(Section root)
    {
        root.Choice("apiVersion", ["edgeruntime.dev/v1"], Duty.Of("Registry"), "Version of this format.");
        root.Text("kind", Duty.Of("Registry"), $"Always {Kind}.", new TextForm(Kind, $"^{Kind}$", $"this file must be '{Kind}'."));
        ServingFeatures.Check(root);
        Section metadata = root.Inner("metadata", Duty.Of("Registry"), "What the release is called and whose it is.");
        string name = metadata.Text("name", Duty.Of("Registry"), "Name of the release, the last part of its repository.", TextForms.Name);
        string version = metadata.Text("version", Duty.Of("Registry"), "Semantic version; in a registry its tag is v and this.", TextForms.SemVer);
        TaskSection task = Task(root.Inner("task", Duty.Of("Registry"), "What the model answers."));
        List<ReleaseFile> files = Files(root);
        ModelSection model = ModelReader.Model(root.Inner("model", Duty.Of("Inference"), "Weights, architecture and how they are computed."), files);
        FeaturesSection features = FeaturesReader.Read(root.Inner("features", Duty.Of("Features"), "The vector that the model was trained on."), model);
        CalibrationSection? calibration = AnswerReader.Calibration(root, files);
        AnswerReader.Preprocessing(root, files);
        SlaSection sla = OperationReader.Sla(root.Inner("sla", Duty.Of("Gateway"), "How fast and how often it answers."));
        RoutingSection routing = RolloutReader.Routing(root);
        return new ServingManifest
        {
            Name = name,
            Version = version,
            Description = metadata.TextOr("description", "", Duty.Told, "What it is for, in a sentence."),
            Created = metadata.OptionalMoment("created", Duty.Told, "When it was made."),
            Owner = metadata.TextOr("owner", "", Duty.Told, "Who answers for it."),
            Annotations = metadata.Free("annotations", Duty.Told, "Anything else, by key."),
            TaskType = task.Type,
            Task = task,
            Files = files,
            Model = model,
            Features = features,
            Calibration = calibration,
            Postprocessing = AnswerReader.Postprocessing(root.Inner("postprocessing", Duty.Of("Decisions"), "From the score to what the floor is told."), calibration, files),
            Timeout = sla.Timeout,
            Sla = sla,
            Hardware = OperationReader.Hardware(root, model),
            Fallback = AnswerReader.Fallback(root, files),
            Breaker = AnswerReader.Breaker(root),
            AllowedModes = routing.AllowedModes,
            Routing = routing,
            Gates = RolloutReader.Gates(root),
            Rollback = RolloutReader.Rollback(root, version),
            Monitoring = MonitoringReader.Read(root, files),
            Golden = OriginReader.Golden(root, files),
            Provenance = OriginReader.Provenance(root),
            Licences = OriginReader.Licences(root, files),
            Compatibility = Compatibility(root, features),
            Signatures = OriginReader.Signatures(root),
        };
    }

    /// <summary>A file that a section names must be one of <c>files</c>, in the role that the section gives it.</summary>
    internal static string File(Section section, string key, bool required, string role, IReadOnlyList<ReleaseFile> files, Duty duty, string says)
    {
        string name = required ? section.Text(key, duty, says, TextForms.File) : section.TextOr(key, "", duty, says, TextForms.File);
        if (name.Length == 0 || TextForms.File.Refusal(name) is not null)
            return name;
        if (files.FirstOrDefault(f => f.Path == name) is not { } file)
            section.Violate(key, $"is '{name}', which is not one of the release's files; list it under files.");
        else if (file.Role != role)
            section.Violate(key, $"is '{name}', which is listed with the role {file.Role}; here a file of the role {role} is needed.");
        return name;
    }

    static TaskSection Task(Section task)
    {
        string type = task.ServedChoice("type", true, ["anomaly-score", "classification", "regression", "forecast"], Duty.Of("Registry"), "What the answer is.");
        IReadOnlyList<string> classes = task.Texts("classes", Duty.RefusedFor("another task"), "Names of the classes, of a classification only.");
        if (classes.Count > 0)
            task.Violate("classes", "belongs to a classification; this version serves anomaly scores only.");
        return new TaskSection(
            type,
            task.TextOr("positiveClass", "", Duty.Told, "What a high score means."),
            task.TextOr("outputUnit", "", Duty.Told, "Unit of the answer, 1 for none."));
    }

    static List<ReleaseFile> Files(Section root)
    {
        var files = new List<ReleaseFile>();
        IReadOnlyList<Section> entries = root.List("files", true, Duty.Of("Registry"), "Every other file of the release, by digest.");
        if (entries.Count is 0 or > ReleaseLimits.FilesMax)
            root.Violate("files", $"lists {entries.Count} files; a release has from 1 to {ReleaseLimits.FilesMax} besides serving.yaml.");
        long total = 0;
        foreach (Section entry in entries)
        {
            ReleaseFile file = FileEntry(entry);
            if (file.Path.Length > 0 && files.Exists(f => f.Path.Equals(file.Path, StringComparison.OrdinalIgnoreCase)))
                entry.Violate("path", $"is '{file.Path}' a second time (letters' case does not count); every file is listed once.");
            total += file.Size;
            files.Add(file);
        }

        if (total > ReleaseLimits.TotalBytesMax)
            root.Violate("files", $"add up to {total} bytes; a release has at most {ReleaseLimits.TotalBytesMax}.");
        return files;
    }

    static ReleaseFile FileEntry(Section entry)
    {
        string path = entry.Text("path", Duty.Of("Registry"), "Name of the file beside serving.yaml; no folders.", TextForms.File);
        if (path.Equals(ReleaseFolder.ServingFile, StringComparison.OrdinalIgnoreCase))
            entry.Violate("path", $"is '{path}'; a file cannot hold its own digest, so serving.yaml does not list itself.");
        return new ReleaseFile(
            path,
            entry.Choice("role", Roles, Duty.Of("Registry"), "What the file is for; who names a file says which role it must have."),
            entry.Sha256("sha256", Duty.Of("Registry"), "SHA-256 of its bytes."),
            entry.Integer("size", Duty.Of("Registry"), "Its size in bytes, held to before a byte is read.", 1, ReleaseLimits.FileBytesMax));
    }

    /// <summary>A release for another runtime is refused here and not by its consequences.</summary>
    static CompatibilitySection? Compatibility(Section root, FeaturesSection features)
    {
        if (root.OptionalInner("compatibility", Duty.Of("Registry"), "What it runs on and what it replaces.") is not { } section)
            return null;
        VersionRange? runtime = section.OptionalVersions("runtime", Duty.Of("Registry"), "Versions of this product that may serve it.");
        if (runtime is not null && !runtime.Contains(ProductVersion))
            section.Violate("runtime", $"is '{runtime}', but this runtime is {ProductVersion}; use a release for it or another version of the runtime.");
        long? schema = section.OptionalInteger("featureSchema", Duty.Of("Registry"), "Must be features.schemaVersion.", 0);
        if (schema is { } needed && needed != features.SchemaVersion)
            section.Violate("featureSchema", FormattableString.Invariant($"is {needed}, but features.schemaVersion is {(features.SchemaVersion is { } found ? FormattableString.Invariant($"{found}") : "missing")}; they must be the same."));
        return new CompatibilitySection(runtime, schema, section.OptionalVersions("replaces", Duty.CarriedFor("Promotion"), "Versions that it may follow on a box."));
    }
}
