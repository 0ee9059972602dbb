using System.Collections.Frozen;
using EdgeRuntime.Facts;
using EdgeRuntime.Registry.Manifest;
using EdgeRuntime.Settings;

namespace EdgeRuntime.Registry;

/// <summary>A release as a folder: <c>serving.yaml</c> and beside it the files that it names. What it does not name is not looked at.</summary>
public static class ReleaseFolder
{
    /// <summary>The one file whose SHA-256 is the identity of a release.</summary>
    public const string ServingFile = "serving.yaml";

    /// <summary>
    /// Reads a release and checks it whole: every field of serving.yaml, every file's name, size and SHA-256, and that the parts fit together.
    /// Signatures are not read yet, so every release counts as unsigned.
    /// </summary>
    /// <param name="allowUnsigned">The site's switch <c>registry.allowUnsigned</c>.</param>
    /// <exception cref="SettingsException">serving.yaml breaks a rule; tells everything at once, with lines.</exception>
    /// <exception cref="ReleaseRefusedException">Anything else is wrong.</exception>
    public static ServingPlan Open(string folder, bool allowUnsigned) => Read(folder, expected: null, signatureRequired: !allowUnsigned);

    /// <summary>Like <see cref="Open"/>, for a release that once was served: it must be the one of this digest.</summary>
    internal static ServingPlan OpenKept(string folder, Digest expected) => Read(folder, expected, signatureRequired: false);

    static ServingPlan Read(string folder, Digest? expected, bool signatureRequired)
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
        if (signatureRequired)
            throw new ReleaseRefusedException(
                $"The release '{manifest.Name} {manifest.Version}' in '{folder}' is not signed, and unsigned releases are not allowed here; set registry.allowUnsigned: true to serve it nevertheless.");

        var files = new Dictionary<string, ReadOnlyMemory<byte>>(StringComparer.Ordinal) { [ServingFile] = bytes };
        foreach (ReleaseFile file in manifest.Files)
            files.Add(file.Path, ReleaseFileReader.Read(folder, file));
        return new ServingPlan { Serving = serving, Manifest = manifest, Signed = false, Files = files.ToFrozenDictionary(StringComparer.Ordinal) };
    }
}
