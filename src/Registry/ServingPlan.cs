using EdgeRuntime.Facts;
using EdgeRuntime.Registry.Manifest;

namespace EdgeRuntime.Registry;

/// <summary>A release that was checked whole: its manifest, and every file it names with the digest it names.</summary>
public sealed record ServingPlan
{
    /// <summary>SHA-256 of serving.yaml.</summary>
    public required Digest Serving { get; init; }

    public required ServingManifest Manifest { get; init; }

    /// <summary>False: it was taken only because the box allows unsigned releases, or comes from the archive.</summary>
    public required bool Signed { get; init; }

    /// <summary>Ids of the keys that approved it; empty for an unsigned one and for one of the archive.</summary>
    public IReadOnlyList<string> Approvers { get; init; } = [];

    /// <summary>A sentence for every bundle that was looked at: what it says and who says so, or why it is not believed.</summary>
    public IReadOnlyList<string> SignatureTrace { get; init; } = [];

    /// <summary>File name → sigstore bundle, as they lay beside serving.yaml; kept with the release.</summary>
    public IReadOnlyDictionary<string, ReadOnlyMemory<byte>> Signatures { get; init; } = new Dictionary<string, ReadOnlyMemory<byte>>();

    /// <summary>Path in the release → bytes, digest-checked. Holds serving.yaml too.</summary>
    public required IReadOnlyDictionary<string, ReadOnlyMemory<byte>> Files { get; init; }

    public ReadOnlyMemory<byte> ModelBytes => Files[Manifest.Model.File];

    /// <summary>Name and version for people.</summary>
    public string Title => $"{Manifest.Name} {Manifest.Version}";
}
