using System.Text.Encodings.Web;
using System.Text.Json;
using EdgeRuntime.Facts;

namespace EdgeRuntime.Registry.Trust;

/// <summary>What is signed about a release: an in-toto statement, version 1.</summary>
/// <param name="Subjects">Name → SHA-256 of what it is about.</param>
/// <param name="TestResult">What a test result says; empty for other statements.</param>
sealed record ReleaseStatement(IReadOnlyDictionary<string, Digest> Subjects, string PredicateType, string TestResult)
{
    internal const string PayloadType = "application/vnd.in-toto+json";
    internal const string Type = "https://in-toto.io/Statement/v1";

    const int SubjectsMax = 64;

    static readonly JsonSerializerOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The approval of a release, as <c>cosign sign</c> writes it, about the OCI manifest and serving.yaml.</summary>
    internal static byte[] Approval(Digest? manifest, Digest serving)
    {
        object[] subjects = manifest is { } packed
            ? [Subject("manifest", packed), Subject(ReleaseFolder.ServingFile, serving)]
            : [Subject(ReleaseFolder.ServingFile, serving)];
        return JsonSerializer.SerializeToUtf8Bytes(
            new Dictionary<string, object> { ["_type"] = Type, ["subject"] = subjects, ["predicateType"] = Predicates.Approval, ["predicate"] = new { } }, Options);
    }

    /// <exception cref="SignatureRefusedException">It is not such a statement.</exception>
    internal static ReleaseStatement Read(ReadOnlyMemory<byte> payload)
    {
        const string Statement = "the statement";
        using JsonDocument document = StrictJson.Parse(payload, Statement);
        JsonElement root = document.RootElement;
        StrictJson.Only(root, Statement, "_type", "subject", "predicateType", "predicate");
        string type = StrictJson.Text(root, "_type", Statement);
        if (type != Type)
            throw new SignatureRefusedException($"holds a statement of the type '{type}'; only {Type} is read.");
        JsonElement list = StrictJson.Member(root, "subject", Statement);
        if (list.ValueKind != JsonValueKind.Array || list.GetArrayLength() is 0 or > SubjectsMax)
            throw new SignatureRefusedException($"holds a statement without a list of 1 to {SubjectsMax} subjects.");
        var subjects = new Dictionary<string, Digest>(StringComparer.Ordinal);
        foreach (JsonElement subject in list.EnumerateArray())
        {
            StrictJson.Only(subject, "a subject", "name", "digest");
            string name = StrictJson.Text(subject, "name", "a subject");
            string hex = StrictJson.Text(StrictJson.Member(subject, "digest", "a subject"), "sha256", "the digest of a subject");
            if (hex.Length != 64 || !Digest.TryParse(hex, out Digest digest))
                throw new SignatureRefusedException($"holds a statement whose subject '{name}' has no SHA-256.");
            if (!subjects.TryAdd(name, digest))
                throw new SignatureRefusedException($"holds a statement with the subject '{name}' twice.");
        }

        string predicateType = StrictJson.Text(root, "predicateType", Statement);
        JsonElement predicate = StrictJson.Member(root, "predicate", Statement);
        string result = predicateType == Predicates.TestResult ? StrictJson.Text(predicate, "result", "the test result") : "";
        return new ReleaseStatement(subjects, predicateType, result);
    }

    static Dictionary<string, object> Subject(string name, Digest digest) => new() { ["name"] = name, ["digest"] = new Dictionary<string, string> { ["sha256"] = digest.Hex } };
}
