namespace EdgeRuntime.Settings.Site;

/// <summary>One asset that is watched: where it stands, which tags are its signals, which pipeline and which releases answer for it.</summary>
public sealed record AssetDefinition
{
    public required string Id { get; init; }
    public required string Name { get; init; }

    /// <summary>ISA-95 place above the asset, from enterprise down, e.g. <c>acme/plant-1/cooling</c>; may be empty.</summary>
    public required string Area { get; init; }

    /// <summary>File of the feature pipeline in the site folder.</summary>
    public required string Pipeline { get; init; }

    /// <summary>Folder of the release that answers, below the registry folder; empty: rules and monitoring only.</summary>
    public required string Release { get; init; }

    /// <summary>Folders of releases that answer in shadow.</summary>
    public required IReadOnlyList<string> Shadows { get; init; }

    /// <summary>File of the plant's rules in the site folder; empty: the release's own.</summary>
    public required string Rules { get; init; }

    /// <summary>Signal → tag where the tag is not called <c>asset.signal</c>.</summary>
    public required IReadOnlyDictionary<string, string> Signals { get; init; }

    public string TagOf(string signal) => Signals.TryGetValue(signal, out string? tag) ? tag : $"{Id}.{signal}";
}

/// <summary>The site: <c>site.yaml</c>.</summary>
public sealed record SiteDefinition
{
    public required string Name { get; init; }
    public required IReadOnlyList<AssetDefinition> Assets { get; init; }

    /// <summary>Reads <c>site.yaml</c>; call <see cref="SettingsDocument.ThrowIfInvalid"/> afterwards.</summary>
    public static SiteDefinition Read(SettingsDocument document)
    {
        SettingsNode root = document.Root;
        root.RequireKind("Site");
        string name = root.Text("name");
        var assets = new List<AssetDefinition>();
        foreach (SettingsNode node in root.List("assets"))
        {
            string id = node.Text("id");
            if (id.Length > 0 && assets.Exists(a => a.Id == id))
                node.Violate("id", $"is '{id}' a second time; every asset has an id of its own.");
            var signals = new Dictionary<string, string>(StringComparer.Ordinal);
            if (node.OptionalSection("signals") is { } map)
            {
                foreach (string signal in map.Keys)
                    signals[signal] = map.Text(signal);
            }

            assets.Add(new AssetDefinition
            {
                Id = id,
                Name = node.TextOr("name", id),
                Area = node.TextOr("area", ""),
                Pipeline = node.Text("pipeline"),
                Release = node.TextOr("release", ""),
                Shadows = node.Texts("shadows"),
                Rules = node.TextOr("rules", ""),
                Signals = signals,
            });
        }

        return new SiteDefinition { Name = name, Assets = assets };
    }
}
