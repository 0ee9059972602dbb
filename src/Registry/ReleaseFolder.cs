using System.Collections.Frozen;
using EdgeRuntime.Facts;
using EdgeRuntime.Registry.Manifest;
using EdgeRuntime.Registry.Trust;
using EdgeRuntime.Settings;

namespace EdgeRuntime.Registry;

/// <summary>A release as a folder: <c>serving.yaml</c> and beside it the files that it names. What it does not name is not looked at.</summary>
public static class ReleaseFolder
{
    /// <summary>The one file whose SHA-256 is the identity of a release.</summary>
    public const string ServingFile = "serving.yaml";

    /// <summary>
    /// Reads a release and checks it whole: every field of serving.yaml, its signatures, every file's name, size and SHA-256, and that the parts fit together.
    /// </summary>
    /// <exception cref="SettingsException">serving.yaml breaks a rule; tells everything at once, with lines.</exception>
    /// <exception cref="ReleaseRefusedException">Anything else is wrong.</exception>
    public static ServingPlan Open(string folder, ReleasePolicy policy) => Read(folder, expected: null, policy);

    /// <summary>For a box that pins no trust root.</summary>
    /// <param name="allowUnsigned">The site's switch <c>registry.allowUnsigned</c>.</param>
    /// <exception cref="SettingsException">serving.yaml breaks a rule; tells everything at once, with lines.</exception>
    /// <exception cref="ReleaseRefusedException">Anything else is wrong.</exception>
    public static ServingPlan Open(string folder, bool allowUnsigned) => Open(folder, new ReleasePolicy { AllowUnsigned = allowUnsigned });

    /// <summary>Like <see cref="Open(string, ReleasePolicy)"/>, for a release that once was served: it must be the one of this digest. Whether it was signed is in the activation that cites it.</summary>
    internal static ServingPlan OpenKept(string folder, Digest expected) => Read(folder, expected, policy: null);

    static ServingPlan Read(string folder, Digest? expected, ReleasePolicy? policy)
    {
        if (!Directory.Exists(folder))
            throw new ReleaseRefusedException($"The release folder '{folder}' does not exist.");
        byte[] bytes = ReleaseFileReader.Read(folder, ServingFile, SettingsDocument.BytesMax);
        var serving = Digest.Of(bytes);
        if (expected is { } wanted && wanted != serving)
            throw new ReleaseRefusedException($"The file '{Path.Combine(folder, ServingFile)}' was changed: expected {wanted}, found {serving}.");
        var document = SettingsDocument.Parse(Path.Combine(folder, ServingFile), bytes);
        ServingManifest manifest = ManifestReader.Read(document);
        document.ThrowIfInvalid();
        SortedDictionary<string, ReadOnlyMemory<byte>> signatures = ReleaseSignatures.In(folder);
        SignatureFinding? finding = policy is null ? null : Believe(folder, manifest, serving, signatures, policy);

        var files = new Dictionary<string, ReadOnlyMemory<byte>>(StringComparer.Ordinal) { [ServingFile] = bytes };
        foreach (ReleaseFile file in manifest.Files)
            files.Add(file.Path, ReleaseFileReader.Read(folder, file));
        return new ServingPlan
        {
            Serving = serving,
            Manifest = manifest,
            Signed = finding is not null,
            Approvers = finding?.Approvers ?? [],
            SignatureTrace = finding?.Trace ?? [],
            Signatures = signatures,
            Files = files.ToFrozenDictionary(StringComparer.Ordinal),
        };
    }

    /// <summary>Null: nobody signed it, or no key is believed here, and the settings let it pass.</summary>
    static SignatureFinding? Believe(
        string folder, ServingManifest manifest, Digest serving, SortedDictionary<string, ReadOnlyMemory<byte>> signatures, ReleasePolicy policy)
    {
        string subject = $"The release '{manifest.Name} {manifest.Version}' in '{folder}'";
        if (policy.Root is { } root && signatures.Count > 0)
        {
            SignatureFinding finding = ReleaseSignatures.Check(signatures, manifest.Signatures, serving, root, policy.WasTaken(serving) ? null : policy.Now);
            return finding.Missing.Count == 0
                ? finding
                : throw new ReleaseRefusedException($"{subject} is not signed as it must be: {string.Join("; ", finding.Missing)}. {string.Join(" ", finding.Trace)}");
        }

        if (policy.AllowUnsigned)
            return null;
        throw new ReleaseRefusedException(signatures.Count > 0
            ? $"{subject} has signatures, but the settings name no trust root to hold them against; set registry.trust."
            : $"{subject} is not signed, and unsigned releases are not allowed here; sign it (edgehq sign), or set registry.allowUnsigned: true to serve it nevertheless.");
    }
}
