using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace EdgeRuntime.Settings;

/// <summary>
/// One YAML or JSON document, read strictly: the YAML 1.2 JSON subset without anchors, aliases, tags, merge keys or duplicate keys, at most 1 MiB and
/// 32 levels deep. Readers take what they know from <see cref="Root"/>; what nobody took is an unknown key. <see cref="ThrowIfInvalid"/> then tells
/// everything that is wrong at once.
/// </summary>
public sealed class SettingsDocument
{
    /// <summary>A site document is written by people; one that is larger is something else.</summary>
    public const int BytesMax = 1024 * 1024;

    const int DepthMax = 32;

    readonly List<SettingsViolation> _violations = [];

    SettingsDocument(string file, byte[] bytes)
    {
        File = file;
        Bytes = bytes;
        Root = new SettingsNode(this, "", new YamlMappingNode(), 1);
    }

    /// <summary>The file as the user named it; violations cite it.</summary>
    public string File { get; }

    /// <summary>The bytes as read: the identity of a document is their SHA-256.</summary>
    public ReadOnlyMemory<byte> Bytes { get; }

    public SettingsNode Root { get; private set; }

    public IReadOnlyList<SettingsViolation> Violations => _violations;

    /// <exception cref="SettingsException">The file cannot be read.</exception>
    public static SettingsDocument Load(string path)
    {
        try
        {
            long length = new FileInfo(path).Length;
            return length > BytesMax
                ? throw new SettingsException([new(path, 1, "", $"The file has {length} bytes; at most {BytesMax} are read.")])
                : Parse(path, System.IO.File.ReadAllBytes(path));
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new SettingsException([new(path, 1, "", "The file does not exist.")]);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new SettingsException([new(path, 1, "", $"The file cannot be read: {e.Message}")]);
        }
    }

    /// <summary>Never throws for a bad document: what is wrong is in <see cref="Violations"/>.</summary>
    public static SettingsDocument Parse(string file, byte[] bytes)
    {
        var document = new SettingsDocument(file, bytes);
        string text;
        try
        {
            text = new System.Text.UTF8Encoding(false, throwOnInvalidBytes: true).GetString(bytes);
        }
        catch (ArgumentException)
        {
            document.Violation(1, "", "The file is not UTF-8.");
            return document;
        }

        try
        {
            var stream = new YamlStream();
            stream.Load(new StringReader(text));
            if (stream.Documents.Count != 1 || stream.Documents[0].RootNode is not YamlMappingNode mapping)
                document.Violation(1, "", "The file must hold exactly one document, a mapping of keys to values.");
            else if (document.CheckSubset(text))
                document.Root = new SettingsNode(document, "", mapping, 1);
        }
        catch (YamlException e)
        {
            document.Violation((int)e.Start.Line, "", $"This is not valid YAML: {OneLine(e.InnerException?.Message ?? e.Message)}");
        }

        return document;
    }

    /// <exception cref="SettingsException">Something is wrong; it tells everything at once.</exception>
    public void ThrowIfInvalid()
    {
        Root.End();
        if (_violations.Count > 0)
            throw new SettingsException(_violations);
    }

    /// <summary>For a rule that only the reader of a value can know.</summary>
    public void Violation(int line, string key, string rule) => _violations.Add(new SettingsViolation(File, Math.Max(1, line), key, rule));

    bool CheckSubset(string text)
    {
        int before = _violations.Count;
        int depth = 0;
        var parser = new Parser(new StringReader(text));
        while (parser.MoveNext())
        {
            if (parser.Current is YamlDotNet.Core.Events.AnchorAlias)
                Violation((int)parser.Current.Start.Line, "", "Aliases (*name) are not allowed; write the value out.");
            if (parser.Current is YamlDotNet.Core.Events.NodeEvent node)
            {
                if (!node.Anchor.IsEmpty)
                    Violation((int)node.Start.Line, "", "Anchors (&name) are not allowed; write the value out.");
                if (!node.Tag.IsEmpty && !node.Tag.IsNonSpecific)
                    Violation((int)node.Start.Line, "", $"Tags ({node.Tag}) are not allowed.");
            }

            if (parser.Current is YamlDotNet.Core.Events.MappingStart or YamlDotNet.Core.Events.SequenceStart && ++depth > DepthMax)
            {
                Violation((int)parser.Current.Start.Line, "", $"The document is nested deeper than {DepthMax} levels.");
                return false;
            }

            if (parser.Current is YamlDotNet.Core.Events.MappingEnd or YamlDotNet.Core.Events.SequenceEnd)
                depth--;
        }

        return _violations.Count == before;
    }

    static string OneLine(string text) => text.ReplaceLineEndings(" ");
}
