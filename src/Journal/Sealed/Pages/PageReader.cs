using EdgeRuntime.Journal.Disks;
using EdgeRuntime.Journal.Frames;
using ZstdSharp;

namespace EdgeRuntime.Journal.Sealed.Pages;

/// <summary>Reads single pages of Parquet files. Not for several threads.</summary>
sealed class PageReader(PageCache cache) : IDisposable
{
    readonly Decompressor _zstd = new();
    byte[] _packed = new byte[64 << 10];

    /// <summary>
    /// Reads the page at <paramref name="offset"/> and keeps it in <paramref name="home"/>.
    /// </summary>
    /// <exception cref="InvalidDataException">The bytes are not those that <paramref name="crc"/> was taken of, or no page.</exception>
    public Page Read(IDiskFile file, long offset, int bytes, uint crc, in ChunkRecord chunk, Page?[] home, int slot)
    {
        if (_packed.Length < bytes)
            _packed = new byte[bytes];
        Span<byte> packed = _packed.AsSpan(0, bytes);
        if (file.Read(offset, packed) != bytes)
            throw new InvalidDataException("the file ends inside a page");
        if (Crc32C.Of(packed) != crc)
            throw new InvalidDataException("the check of a page disagrees with the index");
        Page page = Unpack(packed, (ParquetType)chunk.Type, chunk.Optional != 0, (ParquetCodec)chunk.Codec);
        cache.Keep(page, home, slot);
        return page;
    }

    /// <summary>Unpacks a page with its header. The caller keeps it or gives it back.</summary>
    public Page Unpack(ReadOnlySpan<byte> bytes, ParquetType type, bool optional, ParquetCodec codec)
    {
        PageHeader header = PageHeader.Read(bytes);
        if (header.PackedBytes != bytes.Length - header.HeaderBytes)
            throw new InvalidDataException("a page has another length than its header says");
        ReadOnlySpan<byte> body = bytes[header.HeaderBytes..];
        Page page = cache.Take(header.PlainBytes);
        try
        {
            Unpack(body, page.Bytes.AsSpan(0, header.PlainBytes), codec);
            page.Open(header, type, optional);
            return page;
        }
        catch
        {
            cache.GiveBack(page);
            throw;
        }
    }

    public void Dispose() => _zstd.Dispose();

    void Unpack(ReadOnlySpan<byte> body, Span<byte> into, ParquetCodec codec)
    {
        switch (codec)
        {
            case ParquetCodec.Zstd:
                try
                {
                    if (_zstd.Unwrap(body, into) != into.Length)
                        throw new InvalidDataException("a page unpacks to another length than its header says");
                }
                catch (ZstdException wrong)
                {
                    throw new InvalidDataException($"a page does not unpack: {wrong.Message}", wrong);
                }

                break;
            case ParquetCodec.Plain when body.Length == into.Length:
                body.CopyTo(into);
                break;
            default:
                throw new InvalidDataException($"a page is packed by codec {(int)codec}, which the sealed files do not have");
        }
    }
}
