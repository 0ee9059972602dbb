using System.Runtime.InteropServices;
using System.Text;
using ParquetSharp;

namespace EdgeRuntime.Journal.Sealed;

/// <summary>Byte strings for a column writer, which wants addresses: they lie in memory that does not move until this is disposed.</summary>
sealed unsafe class ColumnBytes : IDisposable
{
    const int ChunkBytes = 1 << 20;

    static readonly UTF8Encoding s_utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    readonly List<nint> _chunks = [];
    int _room;
    byte* _next;

    public ByteArray Of(ReadOnlySpan<byte> bytes)
    {
        byte* at = Take(bytes.Length);
        bytes.CopyTo(new Span<byte>(at, bytes.Length));
        return new ByteArray((nint)at, bytes.Length);
    }

    public ByteArray Of(string text)
    {
        int length = s_utf8.GetByteCount(text);
        byte* at = Take(length);
        s_utf8.GetBytes(text, new Span<byte>(at, length));
        return new ByteArray((nint)at, length);
    }

    public void Dispose()
    {
        foreach (nint chunk in _chunks)
            NativeMemory.Free((void*)chunk);
        _chunks.Clear();
        _room = 0;
    }

    byte* Take(int bytes)
    {
        if (bytes > _room || _chunks.Count == 0)
        {
            _room = Math.Max(bytes, ChunkBytes);
            _next = (byte*)NativeMemory.Alloc((nuint)_room);
            _chunks.Add((nint)_next);
        }

        byte* taken = _next;
        _next += bytes;
        _room -= bytes;
        return taken;
    }
}
