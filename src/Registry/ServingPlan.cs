using EdgeRuntime.Facts;
using EdgeRuntime.Registry.Manifest;

namespace EdgeRuntime.Registry;

/// <summary>A release that was checked whole: its manifest, and every file it names with the digest it names.</summary>
public sealed record ServingPlan
{
    /// <summary>SHA-256 of serving.yaml.</summary>
    public required Digest Serving { get; init; }

    public required ServingManifest Manifest { get; init; }

    /// <summary>False: it was taken only because the site allows unsigned releases.</summary>
    public required bool Signed { get; init; }

    /// <summary>Path in the release → bytes, digest-checked. Holds serving.yaml too.</summary>
    public required IReadOnlyDictionary<string, ReadOnlyMemory<byte>> Files { get; init; }

    public ReadOnlyMemory<byte> ModelBytes => Files[Manifest.Model.File];

    /// <summary>Name and version for people.</summary>
    public string Title => $"{Manifest.Name} {Manifest.Version}";
}
