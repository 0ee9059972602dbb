using EdgeRuntime.Facts;
using EdgeRuntime.Registry.Manifest;

namespace EdgeRuntime.Registry.Trust;

/// <summary>
/// The signatures of a release in its folder: <c>*.sigstore.json</c> beside serving.yaml, one bundle for each signer and statement. A bundle that is not believed
/// counts for nothing; the release is taken when those that are believed are enough.
/// </summary>
static class ReleaseSignatures
{
    internal const string Suffix = ".sigstore.json";

    const int BundlesMax = 64;

    /// <summary>Who may say what.</summary>
    static readonly Dictionary<string, TrustRole> Signers = new(StringComparer.Ordinal)
    {
        [Predicates.Approval] = TrustRole.Release,
        [Predicates.Provenance] = TrustRole.Builder,
        [Predicates.TestResult] = TrustRole.Builder,
    };

    /// <summary>File name → bundle, of all that lie in the folder.</summary>
    /// <exception cref="ReleaseRefusedException">One is no plain file of a fair size, or there are too many.</exception>
    internal static SortedDictionary<string, ReadOnlyMemory<byte>> In(string folder)
    {
        var bundles = new SortedDictionary<string, ReadOnlyMemory<byte>>(StringComparer.Ordinal);
        foreach (string path in Directory.EnumerateFiles(folder, "*" + Suffix))
        {
            string name = Path.GetFileName(path);
            if (FlatName.Refusal(name) is { } refusal)
                throw new ReleaseRefusedException($"The file '{name}' in '{folder}' {refusal}") { File = name };
            if (bundles.Count == BundlesMax)
                throw new ReleaseRefusedException($"The release in '{folder}' has more than {BundlesMax} signatures; remove those that nobody needs.");
            bundles[name] = ReleaseFileReader.Read(folder, name, SigstoreBundle.BytesMax);
        }

        return bundles;
    }

    /// <summary>Holds the signatures against the trust root and what the release itself asks for.</summary>
    internal static SignatureFinding Check(IReadOnlyDictionary<string, ReadOnlyMemory<byte>> bundles, SignaturesSection wanted, Digest serving, TrustRoot root, EventTime? now)
    {
        var trace = new List<string>();
        var signers = new Dictionary<string, SortedSet<string>>(StringComparer.Ordinal);
        foreach ((string name, ReadOnlyMemory<byte> bytes) in bundles)
        {
            try
            {
                (string predicate, string key) = Believed(bytes, serving, root, now);
                (signers.TryGetValue(predicate, out SortedSet<string>? keys) ? keys : signers[predicate] = new SortedSet<string>(StringComparer.Ordinal)).Add(key);
                trace.Add($"{name}: {predicate} by the key {key}.");
            }
            catch (SignatureRefusedException e)
            {
                trace.Add($"{name} is not believed: it {e.Message}");
            }
        }

        List<string> missing = [];
        foreach (string predicate in wanted.PredicateTypes.Append(Predicates.Approval).Distinct())
        {
            TrustRole role = Signers[predicate];
            int needed = predicate == Predicates.Approval ? Math.Max(wanted.Threshold, root.ThresholdOf(role)) : root.ThresholdOf(role);
            int there = signers.TryGetValue(predicate, out SortedSet<string>? keys) ? keys.Count : 0;
            if (there < needed)
                missing.Add(FormattableString.Invariant($"{predicate} is signed by {there} of {needed} keys of the role {TrustRoot.WordOf(role)}"));
        }

        return new SignatureFinding(missing, trace, signers.TryGetValue(Predicates.Approval, out SortedSet<string>? approvers) ? [.. approvers] : []);
    }

    /// <summary>What a bundle says about this release, and whose key says so.</summary>
    /// <exception cref="SignatureRefusedException">It is not believed.</exception>
    internal static (string PredicateType, string KeyId) Believed(ReadOnlyMemory<byte> bytes, Digest serving, TrustRoot root, EventTime? now)
    {
        // The statement says which role is needed, so it is read before it is believed, and nothing is done with it until it is.
        var statement = ReleaseStatement.Read(SigstoreBundle.Read(bytes).Payload);
        if (!Signers.TryGetValue(statement.PredicateType, out TrustRole role))
            throw new SignatureRefusedException($"says '{statement.PredicateType}', which nobody here may say about a release.");
        SigstoreBundle bundle = SigstoreBundle.Verify(bytes, root, role, ReleaseStatement.PayloadType, now);
        if (!statement.Subjects.TryGetValue(ReleaseFolder.ServingFile, out Digest about))
            throw new SignatureRefusedException($"is about {string.Join(", ", statement.Subjects.Keys)}, not about {ReleaseFolder.ServingFile}.");
        if (about != serving)
            throw new SignatureRefusedException($"is about another release: {about}, not {serving}.");
        return statement is { PredicateType: Predicates.TestResult, TestResult: not "PASSED" }
            ? throw new SignatureRefusedException($"says that the tests gave {statement.TestResult}, not PASSED.")
            : (statement.PredicateType, bundle.KeyId);
    }
}

/// <param name="Missing">What is not signed enough; empty: all is.</param>
/// <param name="Trace">A sentence for every bundle.</param>
/// <param name="Approvers">Ids of the keys that approved it.</param>
sealed record SignatureFinding(IReadOnlyList<string> Missing, IReadOnlyList<string> Trace, IReadOnlyList<string> Approvers);
