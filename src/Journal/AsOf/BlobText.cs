using System.Globalization;
using EdgeRuntime.Facts;

namespace EdgeRuntime.Journal.AsOf;

/// <summary>How the sealed files write a reference to a blob: <c>sha256:HEX SIZE</c>.</summary>
static class BlobText
{
    public static string Of(BlobReference blob) => string.Create(CultureInfo.InvariantCulture, $"{blob.Digest} {blob.Size}");

    /// <summary>The reference, or null where the text is none.</summary>
    public static BlobReference? Parse(string text)
    {
        int space = text.IndexOf(' ', StringComparison.Ordinal);
        return space > 0
            && Digest.TryParse(text[..space], out Digest digest)
            && long.TryParse(text.AsSpan(space + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long size)
                ? new(digest, size)
                : null;
    }
}
