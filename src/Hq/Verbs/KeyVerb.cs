using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using EdgeRuntime.Facts;
using EdgeRuntime.Hq.Keys;
using EdgeRuntime.Registry.Trust;

namespace EdgeRuntime.Hq.Verbs;

/// <summary><c>edgehq key new</c>: a signing key, and the trust root that boxes pin.</summary>
static class KeyVerb
{
    internal static Command Create()
    {
        var output = new Option<string>("--output") { Description = "Where the key goes: FILE.pem, the private half, and FILE.pub.", HelpName = "FILE", Required = true };
        var role = new Option<string>("--role") { Description = "What it may sign: release, builder, fleet, root, site-ca, adjudicator.", HelpName = "ROLE", DefaultValueFactory = _ => "release" };
        var trust = new Option<string?>("--trust") { Description = "The trust root to add it to; made where there is none.", HelpName = "FILE" };
        var to = new Option<string?>("--to") { Description = "With --trust: the day (UTC) on which it expires for new releases.", HelpName = "DATE" };
        var password = new Option<string?>("--password-file") { Description = $"A file whose first line is the password of the private half; else {Passwords.Variable} of the environment.", HelpName = "FILE" };
        var plain = new Option<bool>("--unencrypted") { Description = "Write the private half without a password: whoever reads the file can sign." };
        var json = new Option<bool>("--json") { Description = "Print one JSON object." };
        var make = new Command("new", "Makes a key to sign with (ECDSA P-256), encrypted, and adds it to a trust root.\n\nExample:\n  edgehq key new --output keys/release --role release --trust trust.json --password-file password.txt") { output, role, trust, to, password, plain, json };
        make.SetAction(parsed =>
        {
            bool asJson = parsed.GetValue(json);
            return VerbEnd.Of(parsed, asJson, () => New(
                parsed.GetValue(output)!, parsed.GetValue(role)!, parsed.GetValue(trust), parsed.GetValue(to), parsed.GetValue(password), parsed.GetValue(plain), asJson) + Environment.NewLine);
        });
        return new Command("key", "Keys to sign with.") { make };
    }

    static string New(string output, string word, string? trust, string? to, string? passwordFile, bool plain, bool asJson)
    {
        if (!TrustRoot.TryRole(word, out TrustRole role))
            throw new KeyException($"--role is '{word}'; it must be one of {string.Join(", ", Enum.GetValues<TrustRole>().Select(TrustRoot.WordOf))}.");
        EventTime? expires = to is null ? null : Day(to);
        if (expires is not null && trust is null)
            throw new KeyException("--to stands in a trust root; name one with --trust.");
        string? password = Passwords.From(passwordFile);
        if (password is null && !plain)
            throw new KeyException($"A key needs a password: give --password-file, set {Passwords.Variable}, or say --unencrypted.");
        byte[] spki = KeyFile.Make(output, plain ? null : Passwords.Strong(password!));
        TrustRoot? root = trust is null ? null : TrustRootFile.Add(trust, spki, role, expires);
        string id = SigningKey.IdOf(spki);
        if (asJson)
            return JsonSerializer.Serialize(new { key = output + KeyFile.PrivateSuffix, publicKey = output + KeyFile.PublicSuffix, keyid = id, role = word, trustRoot = root?.Version, errors = Array.Empty<string>() });
        string added = root is null ? "" : string.Create(CultureInfo.InvariantCulture, $"\nAdded to {trust} as {word}; that is trust root {root.Version} now. Give it to the boxes (registry.trust).");
        return $"Key {id}: {output}{KeyFile.PrivateSuffix} ({(plain ? "not encrypted" : "encrypted")}; keep it off the boxes) and {output}{KeyFile.PublicSuffix}.{added}";
    }

    static EventTime Day(string text) => DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out DateOnly day) && day.Year is > 1970 and < 2262
        ? new EventTime((day.ToDateTime(TimeOnly.MinValue, DateTimeKind.Utc) - DateTime.UnixEpoch).Ticks * TimeSpan.NanosecondsPerTick)
        : throw new KeyException($"--to is '{text}'; it must be a day such as 2030-12-31.");
}
