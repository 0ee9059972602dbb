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
    [InlineData("every-operator", "588f7d11b692f6d8427d0090c5e580076eaa042fa738b8dd24bc77419bef8a2c")]
    [InlineData("each-event-time", "05799aec697c637e224e68e0f2be224133e5eca7f9b86a3ec87f8131578f89a7")]
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
