using EdgeRuntime.Features;
using EdgeRuntime.Settings;

namespace EdgeRuntime.Service.Verbs;

/// <summary>A pipeline document that a verb was given, with its bytes.</summary>
sealed record PipelineFile(FeaturePipelineDefinition Definition, ReadOnlyMemory<byte> Bytes)
{
    /// <exception cref="SettingsException">With everything that is wrong in it.</exception>
    public static PipelineFile Load(string path)
    {
        SettingsDocument document = SettingsDocument.Load(path);
        FeaturePipelineDefinition definition = FeaturePipelineDefinition.Read(document);
        document.ThrowIfInvalid();
        return new PipelineFile(definition, document.Bytes);
    }
}
