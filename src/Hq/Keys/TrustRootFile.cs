using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using EdgeRuntime.Facts;
using EdgeRuntime.Registry.Trust;

namespace EdgeRuntime.Hq.Keys;

/// <summary>The trust root that boxes pin, as a file: made with its first key, and one version on with every key that is added.</summary>
static class TrustRootFile
{
    static readonly JsonSerializerOptions Options = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, NewLine = "\n" };

    /// <summary>Adds a key with a role to the trust root in a file; the file is made where there is none.</summary>
    /// <returns>The trust root as it is now.</returns>
    /// <exception cref="Settings.SettingsException">What lies there is no trust root.</exception>
    internal static TrustRoot Add(string path, byte[] spki, TrustRole role, EventTime? to)
    {
        TrustRoot? before = File.Exists(path) ? TrustRoot.Load(path) : null;
        var key = new TrustedKey(SigningKey.IdOf(spki), spki, [role], null, to);
        TrustRoot root = before is null
            ? new TrustRoot { Version = 1, Epoch = 1, Expires = null, Keys = [key], Threshold = new Dictionary<TrustRole, int>(), Revoked = [] }
            : before with { Version = before.Version + 1, Keys = [.. before.Keys, key] };
        string beside = path + ".new";
        File.WriteAllBytes(beside, Write(root));
        // What is written must be what a box reads.
        TrustRoot.Load(beside);
        File.Move(beside, path, overwrite: true);
        return root;
    }

    internal static byte[] Write(TrustRoot root)
    {
        var document = new Dictionary<string, object> { ["apiVersion"] = "edgeruntime.dev/v1", ["kind"] = "TrustRoot", ["version"] = root.Version, ["epoch"] = root.Epoch };
        if (root.Expires is { } expires)
            document["expires"] = expires.ToString();
        document["keys"] = root.Keys.Select(Key).ToArray();
        document["threshold"] = root.Threshold.ToDictionary(t => TrustRoot.WordOf(t.Key), t => t.Value);
        document["revokedKeys"] = root.Revoked;
        return Encoding.UTF8.GetBytes(JsonSerializer.Serialize(document, Options) + "\n");
    }

    static Dictionary<string, object> Key(TrustedKey key)
    {
        var entry = new Dictionary<string, object>
        {
            ["keyid"] = key.KeyId,
            ["spki"] = Convert.ToBase64String(key.Spki.Span),
            ["alg"] = SigningKey.Algorithm,
            ["roles"] = key.Roles.Select(TrustRoot.WordOf).ToArray(),
        };
        if (key.From is { } from)
            entry["from"] = from.ToString();
        if (key.To is { } to)
            entry["to"] = to.ToString();
        return entry;
    }
}
