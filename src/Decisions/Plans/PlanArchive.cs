using EdgeRuntime.Facts;
using EdgeRuntime.Fallback.Rules;
using EdgeRuntime.Features;
using EdgeRuntime.Registry;
using EdgeRuntime.Settings;
using EdgeRuntime.Settings.Site;

namespace EdgeRuntime.Decisions.Plans;

/// <summary>
/// The archive on disk: <c>DATA/releases/&lt;serving digest&gt;/</c>, <c>DATA/pipelines/&lt;identity&gt;.yaml</c>, and <c>DATA/documents/&lt;SHA-256&gt;</c> for rules and
/// site documents. Nothing in it is ever changed; what comes out is checked against the digest that was asked for.
/// </summary>
public sealed class PlanArchive(string dataFolder) : IPlanArchive
{
    readonly ReleaseStore _releases = new(Path.Combine(dataFolder, "releases"));
    readonly DocumentStore _documents = new(Path.Combine(dataFolder, "documents"));
    readonly string _pipelines = Path.Combine(dataFolder, "pipelines");

    public void KeepRelease(ServingPlan plan) => _releases.Keep(plan);

    public void KeepDocument(ReadOnlyMemory<byte> bytes) => _documents.Keep(bytes.Span);

    /// <summary>Pipelines go by their identity, which comments and spacing do not change, so the first document of an identity is kept.</summary>
    public void KeepPipeline(FeaturePipelineDefinition pipeline, ReadOnlyMemory<byte> bytes)
    {
        string path = PathOf(pipeline.Identity);
        Directory.CreateDirectory(_pipelines);
        if (File.Exists(path))
            return;
        string beside = path + ".writing";
        File.WriteAllBytes(beside, bytes.ToArray());
        File.Move(beside, path, overwrite: true);
    }

    public ServingPlan Release(Digest serving)
    {
        try
        {
            return _releases.Open(serving);
        }
        catch (ReleaseRefusedException e)
        {
            throw new PlanBrokenException(PartOf(e.File), e.Message, e);
        }
        catch (SettingsException e)
        {
            throw new PlanBrokenException(PlanPart.Serving, e.Message, e);
        }
    }

    public FeaturePipelineDefinition Pipeline(Digest identity)
    {
        try
        {
            SettingsDocument document = SettingsDocument.Load(PathOf(identity));
            FeaturePipelineDefinition read = FeaturePipelineDefinition.Read(document);
            document.ThrowIfInvalid();
            return read.Identity == identity
                ? read
                : throw new PlanBrokenException(PlanPart.Features, $"The archived pipeline {PathOf(identity)} was changed: expected identity {identity}, found {read.Identity}.");
        }
        catch (SettingsException e)
        {
            throw new PlanBrokenException(PlanPart.Features, $"The archived pipeline {identity.Short} cannot be read: {e.Message}", e);
        }
    }

    public RulesDefinition Rules(Digest digest) => Read(digest, PlanPart.Rules, RulesDefinition.Read);

    public SiteDefinition Site(Digest digest) => Read(digest, PlanPart.Site, SiteDefinition.Read);

    /// <summary>The tags that were in force; null when the document is not kept any more, or not as it was.</summary>
    public TagCatalogue? Tags(Digest digest)
    {
        try
        {
            return Read(digest, PlanPart.Site, TagCatalogue.Read);
        }
        catch (PlanBrokenException)
        {
            // No decision rests on it: whoever asks goes on with what it knew before.
            return null;
        }
    }

    /// <summary>A kept site document or rules, as they were.</summary>
    /// <exception cref="PlanBrokenException">They are missing, or not the bytes that the digest names.</exception>
    public ReadOnlyMemory<byte> DocumentBytes(Digest digest)
    {
        try
        {
            return _documents.Open(digest);
        }
        catch (ReleaseRefusedException e)
        {
            throw new PlanBrokenException(PlanPart.Site, e.Message, e);
        }
    }

    /// <summary>The document that an archived pipeline was read from. Another with the same identity may have been in force.</summary>
    /// <exception cref="PlanBrokenException">It is missing.</exception>
    public ReadOnlyMemory<byte> PipelineBytes(Digest identity)
    {
        try
        {
            return File.ReadAllBytes(PathOf(identity));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new PlanBrokenException(PlanPart.Features, $"The archived pipeline {identity.Short} cannot be read: {e.Message}", e);
        }
    }

    T Read<T>(Digest digest, PlanPart part, Func<SettingsDocument, T> read)
    {
        try
        {
            SettingsDocument document = SettingsDocument.Parse(_documents.PathOf(digest), _documents.Open(digest).ToArray());
            T value = read(document);
            document.ThrowIfInvalid();
            return value;
        }
        catch (Exception e) when (e is SettingsException or ReleaseRefusedException)
        {
            throw new PlanBrokenException(part, e.Message, e);
        }
    }

    static PlanPart PartOf(string file) => Path.GetExtension(file) switch
    {
        ".onnx" => PlanPart.Model,
        ".yaml" when file != ReleaseFolder.ServingFile => PlanPart.Rules,
        _ => PlanPart.Serving,
    };

    string PathOf(Digest identity) => Path.Combine(_pipelines, identity.Hex + ".yaml");
}
