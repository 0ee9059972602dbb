using System.Globalization;
using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace EdgeRuntime.Hmi;

/// <summary>
/// Styles, scripts and the icon, out of the assembly: the same bytes from the sources, from a built folder and from a self-contained publish,
/// with no manifest beside them that could be missing. A browser asks again each time and gets 304 while nothing changed.
/// </summary>
sealed class PanelFiles
{
    const string Prefix = "panel/";

    /// <summary>Generated from the options, because a strict content security policy allows no style on the page itself.</summary>
    const string ScaleFile = "scale.css";

    readonly Dictionary<string, PanelFile> _files = new(StringComparer.Ordinal);

    public PanelFiles(HmiOptions options)
    {
        Assembly assembly = typeof(PanelFiles).Assembly;
        foreach (string name in assembly.GetManifestResourceNames().Where(n => n.StartsWith(Prefix, StringComparison.Ordinal)))
        {
            using Stream stream = assembly.GetManifestResourceStream(name)!;
            using var bytes = new MemoryStream();
            stream.CopyTo(bytes);
            Add(name[Prefix.Length..], bytes.ToArray());
        }

        Add(ScaleFile, Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $":root {{ --mm: {options.PanelPxPerMm}px; }}\n")));
    }

    internal IReadOnlyCollection<string> Names => _files.Keys;

    internal IResult Serve(string name) => _files.TryGetValue(name, out PanelFile? file)
        ? TypedResults.Bytes(file.Bytes, file.ContentType, entityTag: file.Tag)
        : TypedResults.NotFound();

    void Add(string name, byte[] bytes) =>
        _files.Add(name, new PanelFile(bytes, ContentTypeOf(name), new EntityTagHeaderValue($"\"{Convert.ToHexStringLower(SHA256.HashData(bytes))[..16]}\"")));

    static string ContentTypeOf(string name) => Path.GetExtension(name) switch
    {
        ".css" => "text/css; charset=utf-8",
        ".js" => "text/javascript; charset=utf-8",
        ".svg" => "image/svg+xml",
        string other => throw new InvalidOperationException($"The panel file {name} has the extension {other}, for which no content type is written here."),
    };

    sealed record PanelFile(byte[] Bytes, string ContentType, EntityTagHeaderValue Tag);
}
