using EdgeRuntime.Features;
using EdgeRuntime.Settings;
using EdgeRuntime.Tests.Kit;
using Xunit;

namespace EdgeRuntime.Tests.Golden.Features;

/// <summary>The identity of a pipeline is in journals and in signed releases: the canonical form of yesterday's document must stay what it was.</summary>
public sealed class PipelineIdentityTests
{
    static string Folder => Path.Combine(TestData.Repository, "tests", "Golden", "Features");

    [Theory]
    [InlineData("every-operator", "8ae37ac40ea54dfd10daea54496f5b98e0b3e1615d9640252b3f87b235829512")]
    [InlineData("each-event-time", "22336c13e60c28a2b5a395926af805fd4c35c0d3f15ecd0a7ec801b0b910c76c")]
    public void The_identity_of_a_document_stays_what_it_was(string name, string identity)
    {
        FeaturePipelineDefinition definition = Read(Path.Combine(Folder, name + ".yaml"));
        Assert.Equal(File.ReadAllText(Path.Combine(Folder, name + ".canonical.json")), definition.CanonicalForm);
        Assert.Equal("sha256:" + identity, definition.Identity.ToString());
    }

    static FeaturePipelineDefinition Read(string path)
    {
        SettingsDocument document = SettingsDocument.Load(path);
        FeaturePipelineDefinition definition = FeaturePipelineDefinition.Read(document);
        document.ThrowIfInvalid();
        return definition;
    }
}
