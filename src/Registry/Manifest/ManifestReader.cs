using System.Text.RegularExpressions;
using EdgeRuntime.Facts;
using EdgeRuntime.Settings;

namespace EdgeRuntime.Registry.Manifest;

/// <summary>
/// serving.yaml, first version of its schema, read strictly. What would change what is served and is not acted on by this version is refused; what
/// only describes is checked for its form (<see cref="DescriptiveSections"/>).
/// </summary>
static partial class ManifestReader
{
    static readonly Dictionary<string, string> ApiVersions = Words("edgeruntime.dev/v1");
    static readonly Dictionary<string, string> TaskTypes = Words("anomaly-score");
    static readonly Dictionary<string, string> Roles =
        Words("weights", "preprocess", "fallback", "calibration", "profile", "golden", "rules", "doc", "license");

    static readonly Dictionary<string, string> Modes = Words("shadow", "canary", "ab", "full");

    /// <summary>The product's own version, for <c>compatibility.runtime</c>.</summary>
    static readonly string ProductVersion = typeof(ManifestReader).Assembly.GetName().Version!.ToString(3);

    /// <summary>Call <see cref="SettingsDocument.ThrowIfInvalid"/> afterwards: before, what is returned may hold defaults in place of what is wrong.</summary>
    internal static ServingManifest Read(SettingsDocument document)
    {
        SettingsNode root = document.Root;
        root.RequireKind("ServingConfiguration");
        root.Choice("apiVersion", ApiVersions);
        foreach (string feature in root.Texts("requires"))
            root.Violate("requires", $"asks for '{feature}', which this version does not know; use a newer version of the runtime.");
        UnservedSections.Refuse(root);
        SettingsNode metadata = root.Section("metadata");
        IReadOnlyList<ReleaseFile> files = Files(root);
        ModelSection model = ModelReader.Model(root.Section("model"), files);
        FeaturesSection features = ModelReader.Features(root.Section("features"), root, model);
        SettingsNode sla = root.Section("sla");
        SettingsNode? routing = root.OptionalSection("routing");
        DescriptiveSections.Read(root, metadata, sla, routing);
        return new ServingManifest
        {
            Name = Name(metadata),
            Version = SemVer(metadata),
            Description = metadata.TextOr("description", ""),
            TaskType = Task(root.Section("task")),
            Files = files,
            Model = model,
            Features = features,
            Postprocessing = ServingReader.Postprocessing(root.Section("postprocessing"), root.OptionalSection("calibration"), files),
            Timeout = ServingReader.Positive(sla, "timeout", sla.Duration("timeout")),
            Fallback = ServingReader.Fallback(root.List("fallback"), files),
            Breaker = ServingReader.Breaker(root.OptionalSection("breaker")),
            Golden = ServingReader.Golden(root.OptionalSection("reproducibility"), files),
            AllowedModes = AllowedModes(routing),
        };
    }

    /// <summary>The words that a choice may be, each standing for itself.</summary>
    internal static Dictionary<string, string> Words(params string[] words) => words.ToDictionary(w => w, StringComparer.Ordinal);

    /// <summary>A file that a section names must be one of <c>files</c>, in the role that the section gives it.</summary>
    internal static string File(SettingsNode node, string key, string role, IReadOnlyList<ReleaseFile> files)
    {
        string name = node.Text(key);
        if (name.Length == 0)
            return name;
        if (files.FirstOrDefault(f => f.Path == name) is not { } file)
            node.Violate(key, $"is '{name}', which is not one of the release's files; list it under files.");
        else if (file.Role != role)
            node.Violate(key, $"is '{name}', which is listed with the role {file.Role}; here a file of the role {role} is needed.");
        return name;
    }

    static string Name(SettingsNode metadata)
    {
        string name = metadata.Text("name");
        if (name.Length > 0 && (name.Length > ReleaseLimits.NameLengthMax || !NamePattern().IsMatch(name)))
            metadata.Violate("name", $"is '{name}'; use lower-case letters and digits, with single '.', '_' or '-' between, at most {ReleaseLimits.NameLengthMax} characters.");
        return name;
    }

    static string SemVer(SettingsNode metadata)
    {
        string version = metadata.Text("version");
        if (version.Length > 0 && !SemVerPattern().IsMatch(version))
            metadata.Violate("version", $"is '{version}'; it must be a semantic version such as 3.2.0.");
        return version;
    }

    static string Task(SettingsNode task)
    {
        task.OptionalText("positiveClass");
        task.OptionalText("outputUnit");
        if (task.Texts("classes").Count > 0)
            task.Violate("classes", "belongs to a classification; this version serves anomaly scores only.");
        return task.Choice("type", TaskTypes);
    }

    static List<ReleaseFile> Files(SettingsNode root)
    {
        var files = new List<ReleaseFile>();
        IReadOnlyList<SettingsNode> nodes = root.List("files");
        if (nodes.Count is 0 or > ReleaseLimits.FilesMax)
            root.Violate("files", $"lists {nodes.Count} files; a release has from 1 to {ReleaseLimits.FilesMax} besides serving.yaml.");
        long total = 0;
        foreach (SettingsNode node in nodes)
        {
            ReleaseFile file = FileEntry(node);
            if (files.Exists(f => f.Path.Equals(file.Path, StringComparison.OrdinalIgnoreCase)))
                node.Violate("path", $"is '{file.Path}' a second time (letters' case does not count); every file is listed once.");
            total += file.Size;
            files.Add(file);
        }

        if (total > ReleaseLimits.TotalBytesMax)
            root.Violate("files", $"add up to {total} bytes; a release has at most {ReleaseLimits.TotalBytesMax}.");
        return files;
    }

    static ReleaseFile FileEntry(SettingsNode node)
    {
        string path = node.Text("path");
        if (path.Length > 0 && FlatName.Refusal(path) is { } refusal)
            node.Violate("path", $"'{path}' {refusal}");
        else if (path.Equals(ReleaseFolder.ServingFile, StringComparison.OrdinalIgnoreCase))
            node.Violate("path", $"is '{path}'; a file cannot hold its own digest, so serving.yaml does not list itself.");
        return new ReleaseFile(path, node.Choice("role", Roles), Sha256(node, "sha256"), node.Integer("size", 1, ReleaseLimits.FileBytesMax));
    }

    internal static Digest Sha256(SettingsNode node, string key)
    {
        string text = node.Text(key);
        if (!Digest.TryParse(text, out Digest digest) && text.Length > 0)
            node.Violate(key, $"is '{text}'; it must be a SHA-256: 64 lower-case hex digits.");
        return digest;
    }

    static IReadOnlyList<string> AllowedModes(SettingsNode? routing)
    {
        if (routing is null || !routing.Has("allowedModes"))
            return ["shadow", "full"];
        IReadOnlyList<string> modes = routing.Texts("allowedModes");
        foreach (string mode in modes.Where(m => !Modes.ContainsKey(m)))
            routing.Violate("allowedModes", $"has '{mode}'; it must be one of {string.Join(", ", Modes.Keys)}.");
        return modes;
    }

    /// <summary>A range of versions; null where none is given.</summary>
    internal static VersionRange? Range(SettingsNode node, string key)
    {
        if (node.OptionalText(key) is not { } text)
            return null;
        var range = VersionRange.TryParse(text);
        if (range is null)
            node.Violate(key, $"is '{text}'; it must be conditions on a version, such as '>=1.31.1 <1.32'.");
        return range;
    }

    /// <summary><c>compatibility.runtime</c>: a release for another runtime is refused here and not by its consequences.</summary>
    internal static void Compatibility(SettingsNode node)
    {
        if (Range(node, "runtime") is { } range && !range.Contains(ProductVersion))
            node.Violate("runtime", $"is '{range}', but this runtime is {ProductVersion}; use a release for it or another version of the runtime.");
    }

    [GeneratedRegex("^[a-z0-9]+([._-][a-z0-9]+)*$", RegexOptions.CultureInvariant)]
    private static partial Regex NamePattern();

    [GeneratedRegex(@"^(0|[1-9]\d{0,8})\.(0|[1-9]\d{0,8})\.(0|[1-9]\d{0,8})(-[0-9A-Za-z.-]{1,60})?(\+[0-9A-Za-z.-]{1,60})?$", RegexOptions.CultureInvariant | RegexOptions.ECMAScript)]
    private static partial Regex SemVerPattern();
}
