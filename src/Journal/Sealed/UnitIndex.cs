using System.Buffers.Binary;
using EdgeRuntime.Journal.Disks;

namespace EdgeRuntime.Journal.Sealed;

/// <summary>The sidecar of a unit's samples: how many rows it speaks of. Made from the finished file alone, so that it can be made anew.</summary>
static class UnitIndex
{
    static ReadOnlySpan<byte> Magic => "EDGEIDX1"u8;

    /// <summary>Writes and flushes the index of a finished samples file.</summary>
    internal static void Write(IDisk disk, string folder, string samplesFile, string indexFile)
    {
        using IDiskFile samples = disk.Open(Path.Combine(folder, samplesFile), forWriting: false);
        byte[] bytes = new byte[Magic.Length + sizeof(long)];
        Magic.CopyTo(bytes);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(Magic.Length), samples.Length);
        using IDiskFile index = disk.Create(Path.Combine(folder, indexFile), 0);
        index.Write(0, bytes);
        index.Sync();
    }
}
