using EdgeRuntime.Facts;
using EdgeRuntime.Fallback.Rules;
using EdgeRuntime.Features;
using EdgeRuntime.Outputs;
using EdgeRuntime.Settings;
using EdgeRuntime.Settings.Site;
using EdgeRuntime.Telemetry;

namespace EdgeRuntime.Service.Box;

/// <summary>The YAML documents of the site folder, read and checked against each other.</summary>
sealed record SiteDocuments
{
    public required SiteDefinition Site { get; init; }
    public required Digest SiteDigest { get; init; }
    public required ReadOnlyMemory<byte> SiteBytes { get; init; }
    public required TagCatalogue Tags { get; init; }
    public required SourcesDefinition Sources { get; init; }
    public required OutputsDefinition Outputs { get; init; }

    /// <summary>The documents that every site has, and outputs.yaml where there is one: file name → bytes.</summary>
    public IReadOnlyDictionary<string, ReadOnlyMemory<byte>> Files { get; init; } = new SortedDictionary<string, ReadOnlyMemory<byte>>(StringComparer.Ordinal);

    /// <summary>File name → pipeline and its bytes.</summary>
    public required IReadOnlyDictionary<string, (FeaturePipelineDefinition Definition, ReadOnlyMemory<byte> Bytes)> Pipelines { get; init; }

    /// <summary>File name → rules and their bytes.</summary>
    public required IReadOnlyDictionary<string, (RulesDefinition Definition, ReadOnlyMemory<byte> Bytes)> Rules { get; init; }

    /// <exception cref="SettingsException">With everything that is wrong in all documents.</exception>
    public static SiteDocuments Load(string folder)
    {
        var violations = new List<SettingsViolation>();
        var files = new SortedDictionary<string, ReadOnlyMemory<byte>>(StringComparer.Ordinal);
        SettingsDocument siteFile = Read("site.yaml", SiteDefinition.Read, out SiteDefinition? site);
        files["site.yaml"] = siteFile.Bytes;
        files["tags.yaml"] = Read("tags.yaml", TagCatalogue.Read, out TagCatalogue? tags).Bytes;
        files["sources.yaml"] = Read("sources.yaml", d => SourcesDefinition.Read(d, tags ?? new TagCatalogue([])), out SourcesDefinition? sources).Bytes;
        OutputsDefinition? outputs = new OutputsDefinition { Outputs = [] };
        if (File.Exists(Path.Combine(folder, "outputs.yaml")))
            files["outputs.yaml"] = Read("outputs.yaml", OutputsDefinition.Read, out outputs).Bytes;

        var pipelines = new Dictionary<string, (FeaturePipelineDefinition, ReadOnlyMemory<byte>)>(StringComparer.Ordinal);
        var rules = new Dictionary<string, (RulesDefinition, ReadOnlyMemory<byte>)>(StringComparer.Ordinal);
        foreach (AssetDefinition asset in site?.Assets ?? [])
        {
            if (!pipelines.ContainsKey(asset.Pipeline))
            {
                SettingsDocument document = Read(asset.Pipeline, FeaturePipelineDefinition.Read, out FeaturePipelineDefinition? pipeline);
                if (pipeline is not null)
                    pipelines[asset.Pipeline] = (pipeline, document.Bytes);
            }

            if (asset.Rules.Length > 0 && !rules.ContainsKey(asset.Rules))
            {
                SettingsDocument document = Read(asset.Rules, RulesDefinition.Read, out RulesDefinition? read);
                if (read is not null)
                    rules[asset.Rules] = (read, document.Bytes);
            }

            if (rules.ContainsKey(asset.Rules) && pipelines.TryGetValue(asset.Pipeline, out var judged))
                violations.AddRange(RulesDefinition.Check(SettingsDocument.Load(Path.Combine(folder, asset.Rules)), [.. judged.Item1.Columns.Select(c => c.Name)]));

            if (tags is not null && pipelines.TryGetValue(asset.Pipeline, out var known))
                violations.AddRange(known.Item1.Check(asset, tags));
            if (sources is not null && pipelines.TryGetValue(asset.Pipeline, out var timed))
                violations.AddRange(timed.Item1.CheckSources([.. sources.Sources.Select(s => s.Name)]));
        }

        if (violations.Count > 0)
            throw new SettingsException([.. violations.Distinct()]);
        return new SiteDocuments
        {
            Site = site!,
            SiteDigest = Digest.Of(siteFile.Bytes.Span),
            SiteBytes = siteFile.Bytes,
            Tags = tags!,
            Sources = sources!,
            Outputs = outputs!,
            Files = files,
            Pipelines = pipelines,
            Rules = rules,
        };

        SettingsDocument Read<T>(string name, Func<SettingsDocument, T> read, out T? value)
            where T : class
        {
            value = null;
            SettingsDocument document;
            try
            {
                document = SettingsDocument.Load(Path.Combine(folder, name));
            }
            catch (SettingsException e)
            {
                violations.AddRange(e.Violations);
                return SettingsDocument.Parse(name, "{}"u8.ToArray());
            }

            try
            {
                T got = read(document);
                document.ThrowIfInvalid();
                value = got;
            }
            catch (SettingsException e)
            {
                violations.AddRange(e.Violations);
            }

            return document;
        }
    }
}
