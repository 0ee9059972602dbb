using System.CommandLine;
using System.Diagnostics;
using System.Text.Json.Nodes;
using EdgeRuntime.Hq.Keys;
using EdgeRuntime.Hq.Packing;
using EdgeRuntime.Hq.Verbs;
using EdgeRuntime.Registry;
using EdgeRuntime.Registry.Trust;
using EdgeRuntime.Settings;
using EdgeRuntime.Tests.Kit;
using Xunit;

namespace EdgeRuntime.Tests.Unit.Hq.Verbs;

/// <summary>From a folder to a release that a box believes, by the verbs alone, and by others' eyes.</summary>
public sealed class ReleaseVerbsTests : IDisposable
{
    const string Password = "correct horse";

    readonly string _folder = Directory.CreateTempSubdirectory("sign").FullName;

    public ReleaseVerbsTests() => File.WriteAllText(At("password"), Password + "\n");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    string At(string name) => Path.Combine(_folder, name);

    static (int Code, string Said, string Refused) Run(params string[] arguments)
    {
        var root = new RootCommand { KeyVerb.Create(), ReleaseVerbs.CreatePack(), ReleaseVerbs.CreateSign(), ReleaseVerbs.CreateVerify() };
        var output = new StringWriter();
        var error = new StringWriter();
        int code = root.Parse(arguments).Invoke(new InvocationConfiguration { Output = output, Error = error });
        return (code, output.ToString(), error.ToString());
    }

    string NewKey(string name, string role = "release") =>
        JsonNode.Parse(Well(Run("key", "new", "--output", At(name), "--role", role, "--trust", At("trust.json"), "--password-file", At("password"), "--json")))!["keyid"]!.GetValue<string>();

    static string Well((int Code, string Said, string Refused) run)
    {
        Assert.True(run.Code == 0, run.Refused + run.Said);
        return run.Said;
    }

    /// <summary>A release as its author writes it: no digests yet.</summary>
    string Draft()
    {
        string folder = new ReleaseBuilder { Edit = text => System.Text.RegularExpressions.Regex.Replace(text, ", sha256: \"[0-9a-f]{64}\", size: [0-9]+}\n(  - |model)", "}\n$1") }.WriteTo(At("draft"));
        Assert.DoesNotContain("size:", File.ReadAllText(Path.Combine(folder, "serving.yaml")), StringComparison.Ordinal);
        return folder;
    }

    [Fact]
    public void A_draft_becomes_a_release_that_a_box_with_the_trust_root_takes()
    {
        string id = NewKey("keys/release");
        Well(Run("pack", Draft(), "--output", At("release")));
        Assert.Contains("is approved by the key " + id, Well(Run("sign", At("release"), "--key", At("keys/release.pem"), "--password-file", At("password"))), StringComparison.Ordinal);
        Assert.Contains("pump-anomaly 1.0.0 would be taken: approved by " + id, Well(Run("verify", At("release"), "--trust", At("trust.json"))), StringComparison.Ordinal);

        ServingPlan plan = ReleaseFolder.Open(At("release"), new ReleasePolicy { Root = TrustRoot.Load(At("trust.json")), AllowUnsigned = false });
        Assert.True(plan.Signed);
        Assert.Contains("has approved", Well(Run("sign", At("release"), "--key", At("keys/release.pem"), "--password-file", At("password"))), StringComparison.Ordinal);
        Assert.Equal(["sign-1.sigstore.json"], plan.Signatures.Keys);
    }

    [Fact]
    public void Packing_twice_gives_the_same_bytes_and_a_signed_release_is_not_packed_over()
    {
        Well(Run("pack", Draft(), "--output", At("one")));
        Well(Run("pack", At("one")));
        Well(Run("pack", At("draft"), "--output", At("two")));
        foreach (string name in (string[])["serving.yaml", "manifest.json", "config.json"])
            Assert.Equal(File.ReadAllBytes(At("one/" + name)), File.ReadAllBytes(At("two/" + name)));
        NewKey("release");
        Well(Run("sign", At("one"), "--key", At("release.pem"), "--password-file", At("password")));
        File.AppendAllText(At("one/rules.yaml"), "# another\n");
        (int code, _, string refused) = Run("pack", At("one"));
        Assert.Equal(2, code);
        Assert.StartsWith($"The release in {At("one")} is signed and would get other bytes; pack it into another folder", refused, StringComparison.Ordinal);
    }

    [Fact]
    public void The_manifest_is_the_one_of_the_design()
    {
        string samples = Path.Combine(TestData.Repository, "..", "shared", "design", "registry-samples");
        Assert.SkipUnless(Directory.Exists(samples), "The design's samples are not beside the repository.");
        byte[] serving = File.ReadAllBytes(Path.Combine(samples, "serving.resolved.yaml"));
        // Not all of it is served by this version; what the manifest needs of it is read all the same.
        var manifest = EdgeRuntime.Registry.Manifest.ManifestReader.Read(SettingsDocument.Parse("serving.yaml", serving));
        JsonNode made = JsonNode.Parse(OciManifest.Of(manifest, EdgeRuntime.Facts.Digest.Of(serving), serving.Length, OciManifest.ConfigOf(manifest, EdgeRuntime.Facts.Digest.Of(serving))))!;
        JsonNode sample = JsonNode.Parse(File.ReadAllText(Path.Combine(samples, "release.manifest.json")))!;
        foreach (string part in (string[])["schemaVersion", "mediaType", "artifactType", "layers", "annotations"])
            Assert.Equal(sample[part]!.ToJsonString(), made[part]!.ToJsonString());
    }

    [Fact]
    public void Openssl_verifies_what_we_sign_and_opens_our_key_and_we_open_and_believe_its_own()
    {
        Assert.SkipUnless(OpenSsl("version").Code == 0, "openssl is not installed.");
        NewKey("ours");
        Well(Run("pack", Draft(), "--output", At("release")));
        Well(Run("sign", At("release"), "--key", At("ours.pem"), "--password-file", At("password")));

        // The envelope as the DSSE document describes it, put together here and not by the product.
        JsonNode envelope = JsonNode.Parse(File.ReadAllText(At("release/sign-1.sigstore.json")))!["dsseEnvelope"]!;
        byte[] payload = Convert.FromBase64String(envelope["payload"]!.GetValue<string>());
        string type = envelope["payloadType"]!.GetValue<string>();
        File.WriteAllBytes(At("pae"), [.. System.Text.Encoding.UTF8.GetBytes($"DSSEv1 {type.Length} {type} {payload.Length} "), .. payload]);
        File.WriteAllBytes(At("sig"), Convert.FromBase64String(envelope["signatures"]![0]!["sig"]!.GetValue<string>()));
        Assert.Equal((0, "Verified OK"), OpenSsl("dgst", "-sha256", "-verify", At("ours.pub"), "-signature", At("sig"), At("pae")));
        Assert.Equal(0, OpenSsl("pkey", "-in", At("ours.pem"), "-passin", $"file:{At("password")}", "-noout").Code);
        Assert.NotEqual(0, OpenSsl("pkey", "-in", At("ours.pem"), "-passin", "pass:wrong", "-noout").Code);

        Assert.Equal(0, OpenSsl("ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", At("theirs.pem")).Code);
        Assert.Contains("is approved by the key", Well(Run("sign", At("release"), "--key", At("theirs.pem"))), StringComparison.Ordinal);
    }

    [Fact]
    public void Node_verifies_what_we_sign()
    {
        Assert.SkipUnless(Tool("node", ["--version"]).Code == 0, "node is not installed.");
        NewKey("ours");
        Well(Run("pack", Draft(), "--output", At("release")));
        Well(Run("sign", At("release"), "--key", At("ours.pem"), "--password-file", At("password")));
        const string Program = """
            const c = require('crypto'), fs = require('fs');
            const e = JSON.parse(fs.readFileSync(process.argv[1])).dsseEnvelope, key = c.createPublicKey(fs.readFileSync(process.argv[2]));
            const body = Buffer.from(e.payload, 'base64');
            const pae = Buffer.concat([Buffer.from(`DSSEv1 ${e.payloadType.length} ${e.payloadType} ${body.length} `), body]);
            const id = c.createHash('sha256').update(key.export({type: 'spki', format: 'der'})).digest('base64');
            console.log(c.verify('sha256', pae, key, Buffer.from(e.signatures[0].sig, 'base64')) && id === e.signatures[0].keyid);
            """;
        Assert.Equal((0, "true"), Tool("node", ["-e", Program, At("release/sign-1.sigstore.json"), At("ours.pub")]));
    }

    [Fact]
    public void A_release_with_anything_wrong_is_not_signed_and_all_of_it_is_said()
    {
        NewKey("release");
        Well(Run("pack", Draft(), "--output", At("r")));
        File.AppendAllText(At("r/rules.yaml"), " ");
        File.Delete(At("r/golden.csv"));
        (int code, _, string refused) = Run("sign", At("r"), "--key", At("release.pem"), "--password-file", At("password"));
        Assert.Equal(2, code);
        Assert.Contains("golden.csv' of the release does not exist.", refused, StringComparison.Ordinal);
        Assert.Contains("rules.yaml' is not the one of the release", refused, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(At("r"), "*.sigstore.json"));
    }

    [Theory]
    [InlineData("a draft without a golden answer that holds", "in:a,in:b,in:c,out:score\n1,1,1,7\n0.5,0,-1,-2.5\n", "Golden row 1: the output 'score' is 6, the release promises 7")]
    public void What_a_box_would_refuse_is_not_packed(string what, string golden, string sentence)
    {
        string folder = Draft();
        File.WriteAllText(Path.Combine(folder, "golden.csv"), golden);
        (int code, _, string refused) = Run("pack", folder, "--output", At("r"));
        Assert.True(code == 2 && refused.Contains(sentence, StringComparison.Ordinal), $"{what}: {refused}");
    }

    [Fact]
    public void Keys_are_encrypted_private_and_never_written_over()
    {
        NewKey("release");
        Assert.Contains("ENCRYPTED", File.ReadAllText(At("release.pem")), StringComparison.Ordinal);
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(At("release.pem")));
        Assert.Contains("exists already; a key is never written over.", Run("key", "new", "--output", At("release"), "--unencrypted").Refused, StringComparison.Ordinal);
        Assert.Contains("A key needs a password", Run("key", "new", "--output", At("other")).Refused, StringComparison.Ordinal);
        File.WriteAllText(At("short"), "1234");
        Assert.Contains("a key is protected by at least 8", Run("key", "new", "--output", At("other"), "--password-file", At("short")).Refused, StringComparison.Ordinal);
        Assert.Throws<KeyException>(() => KeyFile.Open(At("release.pem"), "wrong password"));
        Assert.Throws<KeyException>(() => KeyFile.Open(At("release.pub"), null));
    }

    [Fact]
    public void A_trust_root_counts_up_with_every_key_and_keeps_those_before()
    {
        string release = NewKey("release"), fleet = NewKey("fleet", "fleet");
        TrustRoot root = TrustRoot.Load(At("trust.json"));
        Assert.Equal((2, release, fleet), (root.Version, root.Keys[0].KeyId, root.Keys[1].KeyId));
        Assert.Equal([TrustRole.Fleet], root.Keys[1].Roles);
        Well(Run("key", "new", "--output", At("late"), "--unencrypted", "--trust", At("trust.json"), "--to", "2030-12-31"));
        Assert.Equal("2030-12-31T00:00:00Z", TrustRoot.Load(At("trust.json")).Keys[2].To.ToString());
        Well(Run("pack", Draft(), "--output", At("r")));
        Well(Run("sign", At("r"), "--key", At("fleet.pem"), "--password-file", At("password")));
        Assert.Contains("which has the role fleet; here the role release is needed.", Run("verify", At("r"), "--trust", At("trust.json")).Refused, StringComparison.Ordinal);
        Assert.StartsWith("--role is 'boss'; it must be one of root, release, builder, fleet, site-ca, adjudicator.", Run("key", "new", "--output", At("x"), "--role", "boss").Refused, StringComparison.Ordinal);
    }

    static (int Code, string Said) OpenSsl(params string[] arguments) => Tool("openssl", arguments);

    static (int Code, string Said) Tool(string program, string[] arguments)
    {
        try
        {
            using Process process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
            string said = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return (process.ExitCode, said.Trim());
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return (127, "");
        }
    }
}
