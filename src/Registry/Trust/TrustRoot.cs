using EdgeRuntime.Facts;
using EdgeRuntime.Registry.Schema;
using EdgeRuntime.Settings;

namespace EdgeRuntime.Registry.Trust;

/// <summary>What a key may sign.</summary>
public enum TrustRole
{
    /// <summary>The next trust root.</summary>
    Root,

    /// <summary>"This may run."</summary>
    Release,

    /// <summary>How a release was made and what its tests found.</summary>
    Builder,

    /// <summary>"Run this there, now."</summary>
    Fleet,

    /// <summary>The keys of sites.</summary>
    SiteCa,

    /// <summary>What decides between two people's labels.</summary>
    Adjudicator,
}

/// <param name="Spki">SubjectPublicKeyInfo, DER.</param>
/// <param name="To">What it signs is taken up to here; what was taken before goes on.</param>
public sealed record TrustedKey(string KeyId, ReadOnlyMemory<byte> Spki, IReadOnlyList<TrustRole> Roles, EventTime? From, EventTime? To);

/// <summary>
/// The keys that a box believes, and for what: a document pinned by the box's settings, as JSON or YAML. Expiry keeps new releases out; it never stops what runs.
/// </summary>
public sealed record TrustRoot
{
    static readonly Dictionary<string, TrustRole> Roles = new(StringComparer.Ordinal)
    {
        ["root"] = TrustRole.Root,
        ["release"] = TrustRole.Release,
        ["builder"] = TrustRole.Builder,
        ["fleet"] = TrustRole.Fleet,
        ["site-ca"] = TrustRole.SiteCa,
        ["adjudicator"] = TrustRole.Adjudicator,
    };

    static readonly Duty Acted = Duty.Of("Registry");

    /// <summary>Counts up; a box is told which one it pins.</summary>
    public required int Version { get; init; }

    public required int Epoch { get; init; }

    /// <summary>From here on nothing new is taken by this root.</summary>
    public required EventTime? Expires { get; init; }

    public required IReadOnlyList<TrustedKey> Keys { get; init; }

    /// <summary>How many different keys of a role must sign; 1 where it says nothing.</summary>
    public required IReadOnlyDictionary<TrustRole, int> Threshold { get; init; }

    /// <summary>Keys that nothing is taken of any more, by id.</summary>
    public required IReadOnlyList<string> Revoked { get; init; }

    /// <summary>The role's word in documents.</summary>
    public static string WordOf(TrustRole role) => Roles.First(r => r.Value == role).Key;

    /// <summary>All roles' words, for who has to name one.</summary>
    public static bool TryRole(string word, out TrustRole role) => Roles.TryGetValue(word, out role);

    /// <exception cref="SettingsException">With everything that is wrong.</exception>
    public static TrustRoot Load(string path)
    {
        var document = SettingsDocument.Load(path);
        TrustRoot root = Read(document);
        document.ThrowIfInvalid();
        return root;
    }

    internal static TrustRoot Read(SettingsDocument document)
    {
        var section = Section.Reading(document.Root);
        section.Choice("apiVersion", ["edgeruntime.dev/v1"], Acted, "Version of this format.");
        section.Choice("kind", ["TrustRoot"], Acted, "Always TrustRoot.");
        var keys = new List<TrustedKey>();
        foreach (Section entry in section.List("keys", true, Acted, "Keys."))
        {
            TrustedKey key = Key(entry);
            if (keys.Exists(k => k.KeyId == key.KeyId))
                entry.Violate("keyid", $"is '{key.KeyId}' a second time; give one key all its roles at once.");
            keys.Add(key);
        }

        if (keys.Count == 0)
            section.Violate("keys", "holds no key; then no release could ever be taken.");
        if (section.OptionalVersions("minRuntime", Acted, "Versions of this product that may use it.") is { } range && !range.Contains(typeof(TrustRoot).Assembly.GetName().Version!.ToString(3)))
            section.Violate("minRuntime", $"is '{range}'; this runtime is another version.");
        return new TrustRoot
        {
            Version = (int)section.Integer("version", Acted, "Counts up.", 1, int.MaxValue),
            Epoch = section.IntegerOr("epoch", 1, Acted, "Counts up when counters begin anew.", 1, int.MaxValue),
            Expires = section.OptionalMoment("expires", Acted, "Nothing new is taken from here on."),
            Keys = keys,
            Threshold = Thresholds(section, keys),
            Revoked = section.Texts("revokedKeys", Acted, "Ids of keys that are not believed any more."),
        };
    }

    /// <summary>The key of that id, for what it may do now.</summary>
    /// <exception cref="SignatureRefusedException">It may not.</exception>
    internal TrustedKey KeyFor(string keyId, TrustRole role, EventTime? now)
    {
        if (Revoked.Contains(keyId))
            throw new SignatureRefusedException($"is signed with the key {keyId}, which trust root {Version} has revoked.");
        TrustedKey key = Keys.FirstOrDefault(k => k.KeyId == keyId)
            ?? throw new SignatureRefusedException($"is signed with the key {keyId}, which trust root {Version} does not know.");
        if (!key.Roles.Contains(role))
            throw new SignatureRefusedException($"is signed with the key {keyId}, which has the role {string.Join(", ", key.Roles.Select(WordOf))}; here the role {WordOf(role)} is needed.");
        if (now < key.From)
            throw new SignatureRefusedException($"is signed with the key {keyId}, which is not believed before {key.From}; it is {now} here.");
        if (now >= key.To)
            throw new SignatureRefusedException($"is signed with the key {keyId}, which expired at {key.To}.");
        return now >= Expires ? throw new SignatureRefusedException($"cannot be taken any more: trust root {Version} expired at {Expires}; give the box a newer one.") : key;
    }

    internal int ThresholdOf(TrustRole role) => Threshold.GetValueOrDefault(role, 1);

    static TrustedKey Key(Section entry)
    {
        string id = entry.Text("keyid", Acted, "Base64 of the SHA-256 of the key.");
        string text = entry.Text("spki", Acted, "SubjectPublicKeyInfo, DER, base64.");
        entry.Choice("alg", [SigningKey.Algorithm], Acted, "Algorithm.");
        byte[] spki = [];
        try
        {
            spki = StrictJson.Base64(text, "");
            if (text.Length > 0 && SigningKey.WhyNot(spki) is { } why)
                entry.Violate("spki", $"is {why}.");
            else if (text.Length > 0 && SigningKey.IdOf(spki) != id)
                entry.Violate("keyid", $"is '{id}', but the key under spki has the id '{SigningKey.IdOf(spki)}'.");
        }
        catch (SignatureRefusedException)
        {
            entry.Violate("spki", "is not base64.");
        }

        var roles = new List<TrustRole>();
        foreach (string word in entry.Words("roles", [], Roles.Keys, Acted, "What it may sign."))
            roles.Add(Roles.GetValueOrDefault(word));
        if (roles.Count == 0)
            entry.Violate("roles", "is missing; a key without a role signs nothing.");
        EventTime? from = entry.OptionalMoment("from", Acted, "Believed from here on."), to = entry.OptionalMoment("to", Acted, "Believed up to here.");
        if (from is { } first && to is { } last && first >= last)
            entry.Violate("to", $"is {last}, not after from, which is {first}.");
        return new TrustedKey(id, spki, roles, from, to);
    }

    static Dictionary<TrustRole, int> Thresholds(Section section, List<TrustedKey> keys)
    {
        var thresholds = new Dictionary<TrustRole, int>();
        if (section.OptionalInner("threshold", Acted, "How many different keys of a role must sign.") is not { } entry)
            return thresholds;
        foreach ((string word, TrustRole role) in Roles)
        {
            if (entry.OptionalInteger(word, Acted, "Of this role.", 1, 16) is not { } asked)
                continue;
            int there = keys.Count(k => k.Roles.Contains(role));
            if (asked > there)
                entry.Violate(word, FormattableString.Invariant($"asks for {asked} keys, but {there} have the role {word}; nothing could be taken."));
            thresholds[role] = (int)asked;
        }

        return thresholds;
    }
}
