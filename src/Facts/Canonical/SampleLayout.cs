using System.Text;

namespace EdgeRuntime.Facts.Canonical;

/// <summary>A sample inside a batch: tag, event time, flags (bit 0: server time follows, bit 1: quality follows, bits 4-7: value kind), value.</summary>
static class SampleLayout
{
    /// <summary>Tag length 1, event time 8, flags 1.</summary>
    public const int BytesMin = 10;

    const byte HasServer = 0b01;
    const byte HasQuality = 0b10;

    static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public static void Write(in Sample sample, CanonicalWriter to)
    {
        to.Text(sample.Tag);
        to.Event(sample.Event);
        bool hasQuality = sample.Quality != Quality.Good;
        to.Byte((byte)((sample.Server is null ? 0 : HasServer) | (hasQuality ? HasQuality : 0) | ((int)sample.Value.Kind << 4)));
        if (sample.Server is { } server)
            to.Fixed64(server.UnixNanoseconds);
        if (hasQuality)
            to.Fixed32(sample.Quality.StatusCode);
        switch (sample.Value.Kind)
        {
            case TagValueKind.Double: to.Double(sample.Value.Double); break;
            case TagValueKind.Int64: to.Signed(sample.Value.Int64); break;
            case TagValueKind.Bool: to.Bool(sample.Value.Bool); break;
            case TagValueKind.String: to.Text(sample.Value.String); break;
            case TagValueKind.Blob:
                to.Digest(sample.Value.Blob.Digest);
                to.Signed(sample.Value.Blob.Size);
                break;
            default: break;
        }
    }

    public static Sample Read(ref CanonicalReader from, IngestTime ingest, TagNames? tagNames)
    {
        string tag = tagNames is null ? from.Text() : TagName(ref from, tagNames);
        EventTime at = from.Event();
        byte flags = from.Byte();
        if ((flags & 0b1100) != 0 || flags >> 4 > (int)TagValueKind.Blob)
            throw from.Wrong($"sample flags {flags} are not known to this version");
        ServerTime? server = (flags & HasServer) != 0 ? new ServerTime(from.Fixed64()) : null;
        var quality = new Quality((flags & HasQuality) != 0 ? from.Fixed32() : 0);
        if ((flags & HasQuality) != 0 && quality == Quality.Good)
            throw from.Wrong("a good quality is not written");
        TagValue value = (TagValueKind)(flags >> 4) switch
        {
            TagValueKind.Double => TagValue.Of(from.Double()),
            TagValueKind.Int64 => TagValue.Of(from.Signed()),
            TagValueKind.Bool => TagValue.Of(from.Bool()),
            TagValueKind.String => TagValue.Of(from.Text()),
            TagValueKind.Blob => TagValue.Of(new BlobReference(from.Digest(), from.Signed())),
            _ => TagValue.None,
        };
        return new Sample(tag, at, server, ingest, quality, value);
    }

    static string TagName(ref CanonicalReader from, TagNames tagNames)
    {
        ReadOnlySpan<byte> name = from.Bytes();
        try
        {
            return tagNames.Of(name, Utf8);
        }
        catch (ArgumentException)
        {
            throw from.Wrong("a tag name is not UTF-8");
        }
    }
}
