using System.Numerics;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using EdgeRuntime.Facts;
using EdgeRuntime.Journal.Disks;

namespace EdgeRuntime.Journal.Sealed;

/// <summary>The parity of a unit's files while they are read through, file by file in the order of the checkpoint.</summary>
sealed class ParitySums
{
    readonly List<byte[]> _files = [];

    /// <summary>Of everything so far.</summary>
    public Digest Sha256
    {
        get
        {
            using var sha = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            foreach (byte[] file in _files)
                sha.AppendData(file);
            return Digest.FromBytes(sha.GetHashAndReset());
        }
    }

    public void Begin(long fileBytes) => _files.Add(new byte[ParityLayout.BytesOf(fileBytes)]);

    /// <summary>Takes a block of the file that was begun last.</summary>
    public void Add(int block, long fileBytes, ReadOnlySpan<byte> bytes) =>
        Xor(bytes, _files[^1].AsSpan(block % ParityLayout.GroupsOf(fileBytes) * ParityLayout.BlockBytesOf(fileBytes)));

    /// <summary>Writes and flushes the file; the folder is the caller's to flush.</summary>
    public CheckpointFile Write(IDisk disk, string folder, string name)
    {
        using (IDiskFile file = disk.Create(Path.Combine(folder, name), 0))
        {
            long at = 0;
            foreach (byte[] part in _files)
            {
                file.Write(at, part);
                at += part.Length;
            }

            file.Sync();
        }

        return BlockSums.Of(disk, folder, name, 0);
    }

    /// <summary>Adds bytes to the front of a sum.</summary>
    public static void Xor(ReadOnlySpan<byte> bytes, Span<byte> sum)
    {
        sum = sum[..bytes.Length];
        ReadOnlySpan<Vector<byte>> wide = MemoryMarshal.Cast<byte, Vector<byte>>(bytes);
        Span<Vector<byte>> wideSum = MemoryMarshal.Cast<byte, Vector<byte>>(sum);
        for (int i = 0; i < wide.Length; i++)
            wideSum[i] ^= wide[i];
        for (int i = wide.Length * Vector<byte>.Count; i < bytes.Length; i++)
            sum[i] ^= bytes[i];
    }
}
