using System.Security.Cryptography;
using System.Text;
using EdgeRuntime.Facts;
using EdgeRuntime.Journal;

namespace EdgeRuntime.Replay.Evidence;

/// <summary>The list of all digests, signed by the box where its key can be read, so that a pack of frames that are not sealed yet has a maker, too.</summary>
static class EvidenceSeal
{
    /// <summary>Where the box's public key lies in a pack.</summary>
    public const string KeyName = "keys/box.pub.pem";

    /// <returns>Whether it was signed.</returns>
    public static bool Add(SortedDictionary<string, ReadOnlyMemory<byte>> files, string keys, ICollection<string> notes)
    {
        string secret = Path.Combine(keys, BoxKey.PrivateName), open = Path.Combine(keys, BoxKey.PublicName);
        if (File.Exists(open))
            files[KeyName] = File.ReadAllBytes(open);
        var sums = new StringBuilder();
        foreach ((string name, ReadOnlyMemory<byte> bytes) in files)
            sums.Append(Digest.Of(bytes.Span).Hex).Append("  ").Append(name).Append('\n');
        byte[] list = Encoding.UTF8.GetBytes(sums.ToString());
        files["SHA256SUMS"] = list;
        try
        {
            using var key = ECDsa.Create();
            key.ImportFromPem(File.ReadAllText(secret));
            files["SHA256SUMS.sig"] = Encoding.ASCII.GetBytes(Convert.ToBase64String(key.SignData(list, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence)));
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or CryptographicException)
        {
            notes.Add(File.Exists(open) ? $"The pack is not signed: {e.Message}" : "The pack is not signed: this data folder holds no key of a box.");
            return false;
        }
    }
}
