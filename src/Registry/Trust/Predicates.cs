namespace EdgeRuntime.Registry.Trust;

/// <summary>What a statement about a release says.</summary>
static class Predicates
{
    /// <summary>"This may run", as <c>cosign sign</c> writes it.</summary>
    internal const string Approval = "https://sigstore.dev/cosign/sign/v1";

    internal const string Provenance = "https://slsa.dev/provenance/v1";
    internal const string TestResult = "https://in-toto.io/attestation/test-result/v0.1";
}
