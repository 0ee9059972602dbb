using System.Text;
using System.Text.RegularExpressions;
using EdgeRuntime.Fallback.Rules;
using EdgeRuntime.Features;
using EdgeRuntime.Outputs;
using EdgeRuntime.Settings;
using EdgeRuntime.Settings.Site;
using EdgeRuntime.Telemetry;
using EdgeRuntime.Tests.Kit;
using Xunit;

namespace EdgeRuntime.Tests.Unit.Service;

/// <summary>The documents shown in docs/operating/site.md are one site: whoever copies them gets no violation.</summary>
public sealed partial class DocumentedSiteTests
{
    [Fact]
    public void The_documents_that_are_shown_hang_together()
    {
        Dictionary<string, SettingsDocument> shown = YamlBlock.Matches(File.ReadAllText(Path.Combine(TestData.Repository, "docs/operating/site.md")))
            .ToDictionary(b => b.Groups["kind"].Value, b => SettingsDocument.Parse(b.Groups["kind"].Value, Encoding.UTF8.GetBytes(b.Groups["yaml"].Value)));
        Assert.Equal(["Site", "Tags", "Sources", "FeaturePipeline", "Rules", "Outputs"], shown.Keys);

        SiteDefinition site = Read(shown["Site"], SiteDefinition.Read);
        TagCatalogue tags = Read(shown["Tags"], TagCatalogue.Read);
        SourcesDefinition sources = Read(shown["Sources"], d => SourcesDefinition.Read(d, tags));
        FeaturePipelineDefinition pipeline = Read(shown["FeaturePipeline"], FeaturePipelineDefinition.Read);
        RulesDefinition rules = Read(shown["Rules"], RulesDefinition.Read);
        OutputsDefinition outputs = Read(shown["Outputs"], OutputsDefinition.Read);

        Assert.Empty(pipeline.Check(Assert.Single(site.Assets), tags));
        Assert.Empty(rules.Misfits([.. pipeline.Columns.Select(c => c.Name)]));
        Assert.Equal(2, sources.Sources.Count);
        Assert.Single(outputs.Outputs);
    }

    static T Read<T>(SettingsDocument document, Func<SettingsDocument, T> read)
    {
        T got = read(document);
        document.ThrowIfInvalid();
        return got;
    }

    [GeneratedRegex(@"^```yaml\n(?<yaml>kind: (?<kind>\w+)\n.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex YamlBlock { get; }
}
