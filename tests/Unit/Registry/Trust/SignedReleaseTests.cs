using System.Security.Cryptography;
using EdgeRuntime.Facts;
using EdgeRuntime.Registry;
using EdgeRuntime.Registry.Trust;
using EdgeRuntime.Tests.Kit;
using Xunit;

namespace EdgeRuntime.Tests.Unit.Registry.Trust;

public sealed class SignedReleaseTests : IDisposable
{
    readonly TempFolder _temp = new();
    readonly ECDsa _one = ECDsa.Create(ECCurve.NamedCurves.nistP256), _two = ECDsa.Create(ECCurve.NamedCurves.nistP256), _stranger = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    readonly string _folder;

    public SignedReleaseTests() => _folder = new ReleaseBuilder().WriteTo(_temp["r"]);

    public void Dispose()
    {
        _one.Dispose();
        _two.Dispose();
        _stranger.Dispose();
        _temp.Dispose();
    }

    ReleasePolicy Policy(int threshold = 1, bool allowUnsigned = false, EventTime? to = null, EventTime? now = null) => new()
    {
        AllowUnsigned = allowUnsigned,
        Now = now,
        Root = new TrustRoot
        {
            Version = 3,
            Epoch = 1,
            Expires = null,
            Keys = [Key(_one, to), Key(_two, to)],
            Threshold = new Dictionary<TrustRole, int> { [TrustRole.Release] = threshold },
            Revoked = [],
        },
    };

    static TrustedKey Key(ECDsa key, EventTime? to) => new(SigningKey.IdOf(key.ExportSubjectPublicKeyInfo()), key.ExportSubjectPublicKeyInfo(), [TrustRole.Release], null, to);

    string Refusal(ReleasePolicy policy) => Assert.Throws<ReleaseRefusedException>(() => ReleaseFolder.Open(_folder, policy)).Message;

    [Fact]
    public void A_release_that_a_known_key_approved_is_taken_and_says_whose_key()
    {
        Assert.Equal("sign-1.sigstore.json", ReleaseSigning.Approve(_folder, _one));
        ServingPlan plan = ReleaseFolder.Open(_folder, Policy());
        Assert.True(plan.Signed);
        Assert.Equal([SigningKey.IdOf(_one.ExportSubjectPublicKeyInfo())], plan.Approvers);
        Assert.Equal(["sign-1.sigstore.json"], plan.Signatures.Keys);
        Assert.Null(ReleaseSigning.Approve(_folder, _one));
    }

    [Fact]
    public void Nobody_s_signature_is_none()
    {
        Assert.EndsWith("is not signed, and unsigned releases are not allowed here; sign it (edgehq sign), or set registry.allowUnsigned: true to serve it nevertheless.", Refusal(Policy()), StringComparison.Ordinal);
        Assert.False(ReleaseFolder.Open(_folder, Policy(allowUnsigned: true)).Signed);
    }

    /// <summary>Else whoever can write the folder would turn a bad signature into none by the same switch.</summary>
    [Fact]
    public void The_switch_for_unsigned_releases_lets_nothing_pass_that_is_signed_wrongly()
    {
        ReleaseSigning.Approve(_folder, _stranger);
        string said = Refusal(Policy(allowUnsigned: true));
        Assert.Contains("is not signed as it must be: https://sigstore.dev/cosign/sign/v1 is signed by 0 of 1 keys of the role release.", said, StringComparison.Ordinal);
        Assert.Contains("sign-1.sigstore.json is not believed: it is signed with the key", said, StringComparison.Ordinal);
        Assert.EndsWith("which trust root 3 does not know.", said, StringComparison.Ordinal);
    }

    [Fact]
    public void Two_of_two_means_two_keys_and_not_one_key_twice()
    {
        ReleaseSigning.Approve(_folder, _one);
        File.Copy(_temp["r/sign-1.sigstore.json"], _temp["r/sign-2.sigstore.json"]);
        Assert.Contains("is signed by 1 of 2 keys", Refusal(Policy(threshold: 2)), StringComparison.Ordinal);
        Assert.Equal("sign-3.sigstore.json", ReleaseSigning.Approve(_folder, _two));
        Assert.Equal(2, ReleaseFolder.Open(_folder, Policy(threshold: 2)).Approvers.Count);
    }

    [Fact]
    public void A_release_can_ask_for_more_than_the_trust_root_and_not_for_less()
    {
        new ReleaseBuilder { Edit = text => text + "signatures: {policy: release, threshold: 2}\n" }.WriteTo(_folder);
        ReleaseSigning.Approve(_folder, _one);
        Assert.Contains("is signed by 1 of 2 keys", Refusal(Policy()), StringComparison.Ordinal);
        new ReleaseBuilder { Edit = text => text + "signatures: {policy: release, threshold: 1}\n" }.WriteTo(_folder);
        Assert.Contains("of 2 keys", Refusal(Policy(threshold: 2)), StringComparison.Ordinal);
        new ReleaseBuilder { Edit = text => text + "signatures: {predicateTypes: [\"https://slsa.dev/provenance/v1\"]}\n" }.WriteTo(_folder);
        ReleaseSigning.Approve(_folder, _one);
        Assert.Contains("https://slsa.dev/provenance/v1 is signed by 0 of 1 keys of the role builder", Refusal(Policy()), StringComparison.Ordinal);
    }

    [Fact]
    public void One_byte_more_in_serving_yaml_is_another_release()
    {
        ReleaseSigning.Approve(_folder, _one);
        File.AppendAllText(_temp["r/serving.yaml"], "\n");
        Assert.Contains("is about another release", Refusal(Policy()), StringComparison.Ordinal);
    }

    [Fact]
    public void An_expired_key_keeps_new_releases_out_and_leaves_those_that_run()
    {
        ReleaseSigning.Approve(_folder, _one);
        var end = new EventTime(1_000);
        Assert.Contains("which expired at", Refusal(Policy(to: end, now: end)), StringComparison.Ordinal);
        Assert.True(ReleaseFolder.Open(_folder, Policy(to: end, now: end) with { WasTaken = _ => true }).Signed);
        Assert.True(ReleaseFolder.Open(_folder, Policy(to: end, now: new EventTime(999))).Signed);
    }

    [Fact]
    public void A_box_without_a_trust_root_takes_a_signed_release_only_as_an_unsigned_one()
    {
        ReleaseSigning.Approve(_folder, _one);
        Assert.EndsWith("has signatures, but the settings name no trust root to hold them against; set registry.trust.", Refusal(new ReleasePolicy { AllowUnsigned = false }), StringComparison.Ordinal);
        Assert.False(ReleaseFolder.Open(_folder, new ReleasePolicy { AllowUnsigned = true }).Signed);
    }

    [Fact]
    public void A_bundle_that_is_a_link_or_is_huge_is_refused()
    {
        ReleaseSigning.Approve(_folder, _one);
        File.Move(_temp["r/sign-1.sigstore.json"], _temp["bundle"]);
        File.CreateSymbolicLink(_temp["r/sign-1.sigstore.json"], _temp["bundle"]);
        Assert.EndsWith("is a link; a release holds plain files only.", Refusal(Policy()), StringComparison.Ordinal);
        File.Delete(_temp["r/sign-1.sigstore.json"]);
        using (FileStream huge = File.Create(_temp["r/sign-1.sigstore.json"]))
            huge.SetLength(2 << 20);
        Assert.EndsWith("has 2097152 bytes; at most 1048576 are read.", Refusal(Policy()), StringComparison.Ordinal);
    }

    [Fact]
    public void The_archive_keeps_signatures_with_the_release_and_takes_later_ones()
    {
        var store = new ReleaseStore(_temp["store"]);
        store.Keep(ReleaseFolder.Open(_folder, Policy(allowUnsigned: true)));
        ReleaseSigning.Approve(_folder, _one);
        ServingPlan signed = ReleaseFolder.Open(_folder, Policy());
        store.Keep(signed);
        Assert.Equal(["sign-1.sigstore.json"], store.Open(signed.Serving).Signatures.Keys);
    }

    [Theory]
    [InlineData(true, false, "Releases must be signed by 1 of the 2 release keys of trust root 3; unsigned ones are refused.")]
    [InlineData(true, true, "Releases that are signed must be signed by 1 of the 2 release keys of trust root 3; unsigned ones are taken, too (registry.allowUnsigned).")]
    [InlineData(false, true, "No signature is checked: the settings name no trust root (registry.trust), and unsigned releases are taken (registry.allowUnsigned).")]
    [InlineData(false, false, "No new release is taken: the settings name no trust root (registry.trust), and unsigned releases are refused (registry.allowUnsigned).")]
    public void What_a_box_takes_is_told_in_a_sentence(bool root, bool allowUnsigned, string sentence) =>
        Assert.Equal(sentence, (root ? Policy(allowUnsigned: allowUnsigned) : new ReleasePolicy { AllowUnsigned = allowUnsigned }).Sentence);
}
