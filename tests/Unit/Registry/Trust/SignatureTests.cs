using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using EdgeRuntime.Facts;
using EdgeRuntime.Registry.Trust;
using EdgeRuntime.Settings;
using EdgeRuntime.Tests.Kit;
using Xunit;

namespace EdgeRuntime.Tests.Unit.Registry.Trust;

/// <summary>The bundles of the design, made by others' code, are believed; anything done to them is found and named.</summary>
public sealed class SignatureTests
{
    static readonly string Samples = Path.Combine(TestData.Repository, "tests", "Golden", "Registry", "signatures");
    static readonly EventTime Now = new(1_795_000_000_000_000_000);
    static readonly string ReleaseKey = KeyId("release"), FleetKey = KeyId("fleet");
    static readonly Digest Serving = Digest.Of(File.ReadAllBytes(Path.Combine(Samples, "serving.resolved.yaml")));

    static byte[] Spki(string name)
    {
        using var key = ECDsa.Create();
        key.ImportFromPem(File.ReadAllText(Path.Combine(Samples, name + ".pub")));
        return key.ExportSubjectPublicKeyInfo();
    }

    static string KeyId(string name) => SigningKey.IdOf(Spki(name));

    static TrustRoot Root(string release = "release, builder", string more = "", string keyMore = "")
    {
        string json = $$"""
            apiVersion: edgeruntime.dev/v1
            kind: TrustRoot
            version: 7
            keys:
              - {keyid: "{{ReleaseKey}}", spki: "{{Convert.ToBase64String(Spki("release"))}}", alg: ecdsa-p256-sha256, roles: [{{release}}]{{keyMore}}}
              - {keyid: "{{FleetKey}}", spki: "{{Convert.ToBase64String(Spki("fleet"))}}", alg: ecdsa-p256-sha256, roles: [fleet]}
            {{more}}
            """;
        var document = SettingsDocument.Parse("trust.yaml", Encoding.UTF8.GetBytes(json));
        TrustRoot root = TrustRoot.Read(document);
        document.ThrowIfInvalid();
        return root;
    }

    static byte[] Bundle(string name) => File.ReadAllBytes(Path.Combine(Samples, name + ".bundle.json"));

    [Fact]
    public void The_bundles_of_the_design_are_believed()
    {
        Assert.Equal((Predicates.Approval, ReleaseKey), ReleaseSignatures.Believed(Bundle("sign"), Serving, Root(), Now));
        Assert.Equal((Predicates.TestResult, ReleaseKey), ReleaseSignatures.Believed(Bundle("test"), Serving, Root(), Now));
        Assert.Equal((Predicates.Provenance, ReleaseKey), ReleaseSignatures.Believed(Bundle("provenance"), Serving, Root(), Now));
        SigstoreBundle channel = SigstoreBundle.Verify(Bundle("channel"), Root(), TrustRole.Fleet, "application/vnd.edgeruntime.channel.v1+json", Now);
        Assert.Contains("\"kind\":\"Channel\"", Encoding.UTF8.GetString(channel.Payload.Span), StringComparison.Ordinal);
    }

    static string Json(Action<JsonObject> edit)
    {
        JsonObject bundle = JsonNode.Parse(Bundle("sign"))!.AsObject();
        edit(bundle);
        return bundle.ToJsonString(new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
    }

    static JsonObject Envelope(JsonObject bundle) => bundle["dsseEnvelope"]!.AsObject();

    static JsonObject Signature(JsonObject bundle) => Envelope(bundle)["signatures"]![0]!.AsObject();

    /// <summary>Changes the payload's text and leaves the signature.</summary>
    static string Payload(Func<string, string> edit) => Json(b =>
        Envelope(b)["payload"] = Convert.ToBase64String(Encoding.UTF8.GetBytes(edit(Encoding.UTF8.GetString(Convert.FromBase64String((string)Envelope(b)["payload"]!))))));

    static readonly string Original = Encoding.UTF8.GetString(Bundle("sign"));

    const string Changed = "does not hold: the signature is not the one of key";

    public static TheoryData<string, string, string> Tampered => new()
    {
        { "one digit of the release in the payload", Payload(p => p.Replace("e074037c", "e074037d", StringComparison.Ordinal)), Changed },
        { "a space in the payload", Payload(p => p + " "), Changed },
        { "another predicate in the payload", Payload(p => p.Replace(Predicates.Approval, Predicates.Provenance, StringComparison.Ordinal)), Changed },
        { "a key twice in the payload", Payload(p => p.Replace("\"predicate\":{}", "\"predicate\":{},\"predicateType\":\"x\"", StringComparison.Ordinal)), "the statement is not whole JSON with every key once" },
        { "a field of its own in the payload", Payload(p => p.Replace("\"predicate\":{}", "\"predicate\":{},\"note\":1", StringComparison.Ordinal)), "the statement has the field 'note', which is not known there." },
        { "another subject twice", Payload(p => p.Replace("\"name\":\"manifest\"", "\"name\":\"serving.yaml\"", StringComparison.Ordinal)), "with the subject 'serving.yaml' twice" },
        { "a payload that is no statement", Payload(_ => "{}"), "the statement has no '_type'." },
        { "a payload that is no JSON", Payload(_ => "now"), "the statement is not whole JSON" },
        { "a payload with a space in its base64", Json(b => Envelope(b)["payload"] = " " + (string)Envelope(b)["payload"]!), "the payload is not base64 in its plain form." },
        { "one bit of the signature", Json(b => Signature(b)["sig"] = Flipped((string)Signature(b)["sig"]!)), Changed },
        { "no signature", Json(b => Signature(b)["sig"] = ""), Changed },
        { "the signature as raw r and s", Json(b => Signature(b)["sig"] = Convert.ToBase64String(new byte[64])), Changed },
        { "the signature of another bundle", Json(b => Signature(b)["sig"] = (string)JsonNode.Parse(Bundle("test"))!["dsseEnvelope"]!["signatures"]![0]!["sig"]!), Changed },
        { "another key at the signature", Json(b => Signature(b)["keyid"] = FleetKey), "names two keys" },
        { "another known key, with its hint", Json(b => { Signature(b)["keyid"] = FleetKey; b["verificationMaterial"]!["publicKey"]!["hint"] = FleetKey; }), "which has the role fleet; here the role release is needed." },
        { "an unknown key", Json(b => { Signature(b)["keyid"] = KeyId("site"); b["verificationMaterial"]!["publicKey"]!["hint"] = KeyId("site"); }), "which trust root 7 does not know." },
        { "no key", Json(b => b["verificationMaterial"]!.AsObject().Remove("publicKey")), "verificationMaterial has no 'publicKey'." },
        { "a certificate instead of a key", Json(b => b["verificationMaterial"] = new JsonObject { ["certificate"] = new JsonObject() }), "verificationMaterial has the field 'certificate', which is not known there." },
        { "another payload type", Json(b => Envelope(b)["payloadType"] = "application/vnd.edgeruntime.channel.v1+json"), "signs a 'application/vnd.edgeruntime.channel.v1+json'; here a 'application/vnd.in-toto+json' is needed." },
        { "a payload type of another case", Json(b => Envelope(b)["payloadType"] = "application/vnd.in-toto+JSON"), "here a 'application/vnd.in-toto+json' is needed." },
        { "another media type", Json(b => b["mediaType"] = "application/vnd.dev.sigstore.bundle+json;version=0.2"), "only application/vnd.dev.sigstore.bundle.v0.3+json is read." },
        { "a field of its own", Json(b => b["note"] = 1), "the bundle has the field 'note', which is not known there." },
        { "a field of its own in the envelope", Json(b => Envelope(b)["note"] = 1), "the envelope has the field 'note', which is not known there." },
        { "a field of its own at the signature", Json(b => Signature(b)["note"] = 1), "the signature has the field 'note', which is not known there." },
        { "a second signature", Json(b => Envelope(b)["signatures"]!.AsArray().Add(Signature(b).DeepClone())), "holds not exactly one signature" },
        { "no signatures", Json(b => Envelope(b)["signatures"] = new JsonArray()), "holds not exactly one signature" },
        { "the payload twice", Original.Replace("\"payloadType\":", "\"payload\":\"e30=\",\"payloadType\":", StringComparison.Ordinal), "the bundle is not whole JSON with every key once" },
        { "the key id twice, written with an escape", Original.Replace("\"keyid\":", "\"k\\u0065yid\":\"x\",\"keyid\":", StringComparison.Ordinal), "the bundle is not whole JSON with every key once" },
        { "half a character as key id", Json(b => Signature(b)["keyid"] = "MARK").Replace("MARK", "\\ud800", StringComparison.Ordinal), "holds half a character" },
        { "half a character in a name", Original.Replace("\"keyid\":", "\"\\udc00\":\"x\",\"keyid\":", StringComparison.Ordinal), "holds half a character" },
        { "half a character in the payload", Payload(p => p.Replace("\"predicate\":{}", "\"predicate\":{},\"n\\ud800\":1", StringComparison.Ordinal)), "the statement is not whole JSON with every key once: a text in it holds half a character" },
        { "the end missing", Original[..^40], "the bundle is not whole JSON" },
        { "nothing", "", "the bundle is not whole JSON" },
        { "a second document behind it", Original + "{}", "the bundle is not whole JSON" },
        { "a comment", "/* signed */" + Original, "the bundle is not whole JSON" },
        { "a list", "[]", "the bundle is not a JSON object." },
        { "brackets without end", new string('[', 100_000), "the bundle is not whole JSON" },
        { "more than fits", new string(' ', SigstoreBundle.BytesMax) + Original, "at most 1048576 are read." },
    };

    [Theory]
    [MemberData(nameof(Tampered))]
    public void What_was_tampered_with_is_refused_and_says_why(string what, string bundle, string reason) =>
        Assert.True(Refusal(Encoding.UTF8.GetBytes(bundle), Root()).Contains(reason, StringComparison.Ordinal), $"{what}: {Refusal(Encoding.UTF8.GetBytes(bundle), Root())}");

    [Fact]
    public void Any_one_byte_of_a_bundle_counts()
    {
        byte[] bundle = Bundle("sign");
        for (int i = 0; i < bundle.Length; i++)
        {
            byte[] changed = (byte[])bundle.Clone();
            changed[i] ^= 1;
            Refusal(changed, Root());
        }
    }

    public static TheoryData<string, string, string, string, string> NotThisKey => new()
    {
        { "a key of another role", "builder", "", "", "which has the role builder; here the role release is needed." },
        { "a key that was revoked", "release", $"revokedKeys: [\"{ReleaseKey}\"]", "", "which trust root 7 has revoked." },
        { "a key that expired", "release", "", ", to: \"2026-01-01T00:00:00Z\"", "which expired at 2026-01-01T00:00:00Z." },
        { "a key that is not believed yet", "release", "", ", from: \"2027-01-01T00:00:00Z\"", "which is not believed before 2027-01-01T00:00:00Z; it is 2026-11-18T11:06:40Z here." },
        { "a root that expired", "release", "expires: \"2026-01-01T00:00:00Z\"", "", "trust root 7 expired at 2026-01-01T00:00:00Z; give the box a newer one." },
    };

    [Theory]
    [MemberData(nameof(NotThisKey))]
    public void A_key_is_believed_for_what_it_is_for(string what, string roles, string more, string keyMore, string reason)
    {
        TrustRoot root = Root(roles, more, keyMore);
        Assert.True(Refusal(Bundle("sign"), root).EndsWith(reason, StringComparison.Ordinal), $"{what}: {Refusal(Bundle("sign"), root)}");
    }

    [Fact]
    public void Expiry_is_not_looked_at_for_what_was_taken_before_and_revocation_is()
    {
        Assert.Equal(ReleaseKey, ReleaseSignatures.Believed(Bundle("sign"), Serving, Root(keyMore: ", to: \"2026-01-01T00:00:00Z\"", more: "expires: \"2026-01-01T00:00:00Z\""), now: null).KeyId);
        Assert.Contains("has revoked", Assert.Throws<SignatureRefusedException>(() => ReleaseSignatures.Believed(Bundle("sign"), Serving, Root(more: $"revokedKeys: [\"{ReleaseKey}\"]"), now: null)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_signature_of_another_release_is_refused() => Assert.Contains(
        "is about another release", Assert.Throws<SignatureRefusedException>(() => ReleaseSignatures.Believed(Bundle("sign"), Digest.Of("other"u8), Root(), Now)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("FAILED")]
    [InlineData("WARNED")]
    public void Tests_that_did_not_pass_are_no_test_result(string result)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        byte[] statement = Encoding.UTF8.GetBytes($$$"""{"_type":"{{{ReleaseStatement.Type}}}","subject":[{"name":"serving.yaml","digest":{"sha256":"{{{Serving.Hex}}}"}}],"predicateType":"{{{Predicates.TestResult}}}","predicate":{"result":"{{{result}}}"}}""");
        TrustRoot root = Root() with { Keys = [new TrustedKey(SigningKey.IdOf(key.ExportSubjectPublicKeyInfo()), key.ExportSubjectPublicKeyInfo(), [TrustRole.Builder], null, null)] };
        Assert.Equal(
            $"says that the tests gave {result}, not PASSED.",
            Assert.Throws<SignatureRefusedException>(() => ReleaseSignatures.Believed(SigstoreBundle.Sign(key, ReleaseStatement.PayloadType, statement), Serving, root, Now)).Message);
    }

    public static TheoryData<string, string, string> BadRoots => new()
    {
        { "version: 7", "version: 0", "version: is 0; it must be at least 1." },
        { "roles: [fleet]", "roles: [boss]", "keys[1].roles: has 'boss'; it must be one of root, release, builder, fleet, site-ca, adjudicator." },
        { "alg: ecdsa-p256-sha256, roles: [fleet]", "alg: rsa, roles: [fleet]", "keys[1].alg: is 'rsa'; it must be one of ecdsa-p256-sha256." },
        { "spki: \"MFkw", "spki: \"MFkx", "keys[0].spki: is no public key" },
        { "kind: TrustRoot", "kind: Trust", "kind: is 'Trust'; it must be one of TrustRoot." },
        { "version: 7", "version: 7\nthreshold: {release: 2}", "threshold.release: asks for 2 keys, but 1 have the role release; nothing could be taken." },
    };

    [Theory]
    [MemberData(nameof(BadRoots))]
    public void A_trust_root_that_cannot_work_is_refused_by_line(string old, string with, string violation)
    {
        string text = Text();
        Assert.Contains(old, text, StringComparison.Ordinal);
        int at = text.IndexOf(old, StringComparison.Ordinal);
        var document = SettingsDocument.Parse("trust.yaml", Encoding.UTF8.GetBytes(text[..at] + with + text[(at + old.Length)..]));
        TrustRoot.Read(document);
        Assert.Contains(Assert.Throws<SettingsException>(document.ThrowIfInvalid).Violations, v => $"{v.Key}: {v.Rule}".StartsWith(violation, StringComparison.Ordinal));
    }

    static string Text() => $$"""
        apiVersion: edgeruntime.dev/v1
        kind: TrustRoot
        version: 7
        keys:
          - {keyid: "{{ReleaseKey}}", spki: "{{Convert.ToBase64String(Spki("release"))}}", alg: ecdsa-p256-sha256, roles: [release]}
          - {keyid: "{{FleetKey}}", spki: "{{Convert.ToBase64String(Spki("fleet"))}}", alg: ecdsa-p256-sha256, roles: [fleet]}
        """;

    static string Flipped(string base64)
    {
        byte[] bytes = Convert.FromBase64String(base64);
        bytes[^1] ^= 1;
        return Convert.ToBase64String(bytes);
    }

    static string Refusal(byte[] bundle, TrustRoot root) => Assert.Throws<SignatureRefusedException>(() => ReleaseSignatures.Believed(bundle, Serving, root, Now)).Message;
}
