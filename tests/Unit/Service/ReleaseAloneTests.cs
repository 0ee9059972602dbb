using System.Security.Cryptography;
using EdgeRuntime.Registry.Trust;
using EdgeRuntime.Service.Verbs;
using EdgeRuntime.Tests.Kit;
using Xunit;

namespace EdgeRuntime.Tests.Unit.Service;

/// <summary><c>edgeruntime check PATH</c>.</summary>
public sealed class ReleaseAloneTests : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("check").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    (List<string> Wrong, List<string> Notes) Check(string name = "r", string? trust = null)
    {
        List<string> wrong = [], notes = [];
        ReleaseAlone.Check(Path.Combine(_folder, name), trust, wrong, notes);
        return (wrong, notes);
    }

    string Write(ReleaseBuilder release) => release.WriteTo(Path.Combine(_folder, "r"));

    [Fact]
    public void A_release_with_nothing_wrong_says_what_it_is_and_that_it_runs()
    {
        Write(new ReleaseBuilder());
        (List<string> wrong, List<string> notes) = Check();
        Assert.Empty(wrong);
        Assert.StartsWith("pump-anomaly 1.0.0: serving.yaml sha256:", notes[0], StringComparison.Ordinal);
        Assert.StartsWith("It is not signed.", notes[1], StringComparison.Ordinal);
        Assert.StartsWith("It loads and repeats its golden run on ", notes[2], StringComparison.Ordinal);
    }

    [Fact]
    public void Everything_wrong_in_document_and_files_is_told_by_line_at_once()
    {
        string folder = Write(new ReleaseBuilder
        {
            Edit = text => text.Replace("threads: 1", "threads: 0", StringComparison.Ordinal).Replace("licences: {model: MIT}", "licenses: {model: MIT}\nrouting: {defaults: {canaryWeight: 20000}}", StringComparison.Ordinal),
        });
        File.AppendAllText(Path.Combine(folder, "rules.yaml"), "# changed");
        File.Delete(Path.Combine(folder, "golden.csv"));
        Assert.Equal(
            [
                $"{folder}/serving.yaml:7: files[0].path: The file '{folder}/golden.csv' of the release does not exist.",
                $"{folder}/serving.yaml:9: files[2].path: The file '{folder}/rules.yaml' is not the one of the release: expected 22 bytes, found 31.",
                $"{folder}/serving.yaml:18: model.deterministic.threads: is 0; it must be from 1 to 64.",
                $"{folder}/serving.yaml:45: licenses: is not a known key; did you mean 'licences'?",
                $"{folder}/serving.yaml:46: routing.defaults.canaryWeight: is 20000; it must be from 0 to 10000.",
            ],
            Check().Wrong.Select(w => w.Replace('\\', '/')));
    }

    [Fact]
    public void Every_anchor_tag_and_key_that_stands_twice_is_told()
    {
        File.WriteAllText(Path.Combine(_folder, "serving.yaml"), "kind: &k ServingConfiguration\nkind: x\nmodel: {file: a, file: b, file: c}\ntask: !!str y\nsla: *k\n");
        Assert.Equal([1, 2, 3, 3, 4, 5], Check("serving.yaml").Wrong.Select(w => int.Parse(w.Split("serving.yaml:")[1].Split(':')[0], System.Globalization.CultureInfo.InvariantCulture)));
    }

    [Fact]
    public void A_model_that_does_not_give_the_golden_answers_is_told()
    {
        var release = new ReleaseBuilder();
        release.Files["golden.csv"] = ("golden", "in:a,in:b,in:c,out:score\n1,1,1,7\n1,1,1,6\n"u8.ToArray());
        Write(release);
        Assert.Contains("the release promises 7", Assert.Single(Check().Wrong), StringComparison.Ordinal);
    }

    [Fact]
    public void Signatures_are_held_against_the_trust_root_that_is_named()
    {
        string folder = Write(new ReleaseBuilder()), trust = Path.Combine(_folder, "trust.yaml");
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        byte[] spki = key.ExportSubjectPublicKeyInfo();
        File.WriteAllText(trust, $"apiVersion: edgeruntime.dev/v1\nkind: TrustRoot\nversion: 1\nkeys:\n  - {{keyid: \"{SigningKey.IdOf(spki)}\", spki: \"{Convert.ToBase64String(spki)}\", alg: ecdsa-p256-sha256, roles: [release]}}\n");
        Assert.Contains("is not signed", Assert.Single(Check(trust: trust).Wrong), StringComparison.Ordinal);
        ReleaseSigning.Approve(folder, key);
        (List<string> wrong, List<string> notes) = Check(trust: trust);
        Assert.Empty(wrong);
        Assert.Contains($"sign-1.sigstore.json: https://sigstore.dev/cosign/sign/v1 by the key {SigningKey.IdOf(spki)}.", notes);
    }

    [Fact]
    public void Where_there_is_no_release_that_is_said() => Assert.EndsWith("of the release does not exist.", Assert.Single(Check("nothing.yaml").Wrong), StringComparison.Ordinal);
}
