using System.Text.Encodings.Web;
using System.Text.Json;
using EdgeRuntime.Facts;
using EdgeRuntime.Registry.Manifest;

namespace EdgeRuntime.Hq.Packing;

/// <summary>
/// A release as a CNCF ModelPack artifact: the OCI manifest that a registry knows it by, and its config. Same release, same bytes. It is how a release travels; what
/// a prediction cites is serving.yaml.
/// </summary>
static class OciManifest
{
    const string ModelPack = "application/vnd.cncf.model.", Weights = ModelPack + "weight.v1.raw", Config = ModelPack + "weight.config.v1.raw",
        Dataset = ModelPack + "dataset.v1.raw", Code = ModelPack + "code.v1.raw", Doc = ModelPack + "doc.v1.raw";

    static readonly Dictionary<string, string> MediaTypes = new(StringComparer.Ordinal)
    {
        ["weights"] = Weights,
        ["preprocess"] = Weights,
        ["fallback"] = Weights,
        ["calibration"] = Config,
        ["profile"] = Dataset,
        ["golden"] = Dataset,
        ["rules"] = Code,
        ["doc"] = Doc,
        ["license"] = Doc,
    };

    static readonly JsonSerializerOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>ModelPack's config: what tools show of a model.</summary>
    internal static byte[] ConfigOf(ServingManifest manifest, Digest serving)
    {
        var descriptor = new Dictionary<string, object> { ["name"] = manifest.Name, ["version"] = manifest.Version };
        if (manifest.Created is { } created)
            descriptor["createdAt"] = created.ToString();
        if (manifest.Description.Length > 0)
            descriptor["description"] = manifest.Description;
        if (manifest.Licences is { Model.Length: > 0 } licences)
            descriptor["licenses"] = new[] { licences.Model };
        return JsonSerializer.SerializeToUtf8Bytes(
            new Dictionary<string, object>
            {
                ["descriptor"] = descriptor,
                ["config"] = new Dictionary<string, object> { ["architecture"] = manifest.Model.Architecture, ["format"] = "onnx", ["precision"] = "float32" },
                ["modelfs"] = new Dictionary<string, object> { ["type"] = "layers", ["diffIds"] = manifest.Files.Select(f => f.Sha256.ToString()).Prepend(serving.ToString()).ToArray() },
            },
            Options);
    }

    internal static byte[] Of(ServingManifest manifest, Digest serving, long servingBytes, byte[] config)
    {
        object[] layers =
        [
            Layer(Config, serving, servingBytes, Registry.ReleaseFolder.ServingFile, "serving"),
            .. manifest.Files.Select(f => Layer(MediaTypes[f.Role], f.Sha256, f.Size, f.Path, f.Role)),
        ];
        var annotations = new Dictionary<string, string>
        {
            ["dev.edgeruntime.kind"] = "ServingConfiguration",
            ["dev.edgeruntime.serving"] = serving.ToString(),
            ["org.opencontainers.image.version"] = manifest.Version,
        };
        if (manifest.Created is { } created)
            annotations["org.opencontainers.image.created"] = created.ToString();
        return JsonSerializer.SerializeToUtf8Bytes(
            new Dictionary<string, object>
            {
                ["schemaVersion"] = 2,
                ["mediaType"] = "application/vnd.oci.image.manifest.v1+json",
                ["artifactType"] = ModelPack + "manifest.v1+json",
                ["config"] = new Dictionary<string, object> { ["mediaType"] = ModelPack + "config.v1+json", ["digest"] = Digest.Of(config).ToString(), ["size"] = config.Length },
                ["layers"] = layers,
                ["annotations"] = annotations,
            },
            Options);
    }

    static Dictionary<string, object> Layer(string mediaType, Digest digest, long size, string file, string role) => new()
    {
        ["mediaType"] = mediaType,
        ["digest"] = digest.ToString(),
        ["size"] = size,
        ["annotations"] = new Dictionary<string, string>
        {
            ["org.cncf.model.filepath"] = file,
            ["org.opencontainers.image.title"] = file,
            ["dev.edgeruntime.role"] = role,
        },
    };
}
