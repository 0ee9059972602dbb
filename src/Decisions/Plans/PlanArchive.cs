using EdgeRuntime.Facts;
using EdgeRuntime.Fallback.Rules;
using EdgeRuntime.Features;
using EdgeRuntime.Registry;
using EdgeRuntime.Settings;
using EdgeRuntime.Settings.Site;

namespace EdgeRuntime.Decisions.Plans;

/// <summary>
/// The archive on disk: <c>DATA/releases/&lt;serving digest&gt;/</c> and <c>DATA/documents/&lt;digest&gt;.yaml</c>. Nothing in it is ever changed; what comes out is
/// checked against the digest that was asked for. Pipelines go by their identity, other documents by the SHA-256 of their bytes.
/// </summary>
public sealed class PlanArchive(string dataFolder) : IPlanArchive
{
    readonly ReleaseStore _releases = new(Path.Combine(dataFolder, "releases"));
    readonly string _documents = Path.Combine(dataFolder, "documents");

    public void KeepRelease(ServingPlan plan) => _releases.Keep(plan);

    public void KeepPipeline(Digest identity, ReadOnlyMemory<byte> bytes) => Keep(identity, bytes);

    public void KeepRules(Digest digest, ReadOnlyMemory<byte> bytes) => Keep(digest, bytes);

    public void KeepSite(Digest digest, ReadOnlyMemory<byte> bytes) => Keep(digest, bytes);

    public ServingPlan Release(Digest serving)
    {
        try
        {
            return _releases.Open(serving);
        }
        catch (ReleaseRefusedException e)
        {
            throw new PlanBrokenException(e.IsModelFile ? PlanPart.Model : PlanPart.Serving, e.Message, e);
        }
    }

    public FeaturePipelineDefinition Pipeline(Digest identity)
    {
        FeaturePipelineDefinition read = Read(identity, PlanPart.Features, FeaturePipelineDefinition.Read);
        return read.Identity == identity
            ? read
            : throw new PlanBrokenException(PlanPart.Features, $"The archived pipeline {identity.Short} was changed: its identity is now {read.Identity.Short}.");
    }

    public RulesDefinition Rules(Digest digest) => Read(digest, PlanPart.Rules, Checked(digest, PlanPart.Rules, "rules", RulesDefinition.Read));

    public SiteDefinition Site(Digest digest) => Read(digest, PlanPart.Site, Checked(digest, PlanPart.Site, "site document", SiteDefinition.Read));

    static Func<SettingsDocument, T> Checked<T>(Digest digest, PlanPart part, string what, Func<SettingsDocument, T> read) => document =>
    {
        Digest found = Digest.Of(document.Bytes.Span);
        return found == digest
            ? read(document)
            : throw new PlanBrokenException(part, $"The archived {what} {digest.Short} was changed: its bytes are now {found.Short}.");
    };

    T Read<T>(Digest digest, PlanPart part, Func<SettingsDocument, T> read)
    {
        try
        {
            SettingsDocument document = SettingsDocument.Load(PathOf(digest));
            T value = read(document);
            document.ThrowIfInvalid();
            return value;
        }
        catch (SettingsException e)
        {
            throw new PlanBrokenException(part, $"The archived document {digest.Short} cannot be read: {e.Message}", e);
        }
    }

    /// <summary>Written beside and renamed, so that a document is there whole or not at all.</summary>
    void Keep(Digest digest, ReadOnlyMemory<byte> bytes)
    {
        Directory.CreateDirectory(_documents);
        string path = PathOf(digest);
        if (File.Exists(path))
            return;
        string beside = path + ".new";
        File.WriteAllBytes(beside, bytes.ToArray());
        File.Move(beside, path, overwrite: true);
    }

    string PathOf(Digest digest) => Path.Combine(_documents, digest.Hex + ".yaml");
}
