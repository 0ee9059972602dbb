using System.Security.Cryptography;
using System.Text;
using EdgeRuntime.Journal;
using EdgeRuntime.Journal.Disks;
using Xunit;

namespace EdgeRuntime.Tests.Unit.Journal.Sealed;

public sealed class BoxKeyTests : IDisposable
{
    readonly DirectoryInfo _above = Directory.CreateTempSubdirectory("keys-");

    string Folder => Path.Combine(_above.FullName, "keys");

    [Fact]
    public void The_key_is_made_at_the_first_start_and_stays()
    {
        Assert.Null(BoxKey.FingerprintIn(Folder, new RealDisk()));
        using BoxKey made = BoxKey.OpenOrMake(Folder, new RealDisk());
        using BoxKey again = BoxKey.OpenOrMake(Folder, new RealDisk());

        Assert.True(made.IsNew && !again.IsNew);
        Assert.Equal(made.Fingerprint, again.Fingerprint);
        Assert.Equal(made.Fingerprint, BoxKey.FingerprintIn(Folder, new RealDisk()));
        Assert.Equal(["box.pem", "box.pub.pem"], new RealDisk().List(Folder));
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(Folder, "box.pem")));
    }

    [Fact]
    public void The_public_half_alone_proves_the_first_line_of_a_checkpoint()
    {
        var journal = new SealedJournal();
        using BoxKey key = BoxKey.OpenOrMake(Folder, new RealDisk());
        JournalStore store = journal.Open(signer: key);
        SealedJournal.Append(store, Enumerable.Range(1, 40).Select(JournalFolder.Batch));
        Assert.True(store.SealNext());
        SealedJournal.Close(store);

        string[] lines = Encoding.UTF8.GetString(journal.Disk.BytesOf("/journal/0000000001.checkpoint")).Split('\n');
        using ECDsa proof = ECDsa.Create();
        proof.ImportFromPem(File.ReadAllText(Path.Combine(Folder, "box.pub.pem")));

        Assert.True(proof.VerifyData(Encoding.UTF8.GetBytes(lines[0]), Convert.FromBase64String(lines[1]), HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence));
        Assert.Contains(key.Fingerprint.Hex, lines[0], StringComparison.Ordinal);
        Assert.True(JournalVerifier.Verify("/journal", journal.Disk, boxKey: key.Fingerprint).Whole);
    }

    [Fact]
    public void A_file_that_is_no_key_is_refused_in_one_sentence()
    {
        Directory.CreateDirectory(Folder);
        File.WriteAllText(Path.Combine(Folder, "box.pem"), "not a key");

        IOException refused = Assert.Throws<IOException>(() => BoxKey.OpenOrMake(Folder, new RealDisk()));

        Assert.Contains("box.pem is not the key it should be", refused.Message, StringComparison.Ordinal);
    }

    public void Dispose() => _above.Delete(recursive: true);
}
