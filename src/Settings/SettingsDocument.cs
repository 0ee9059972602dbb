using System.Text;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;
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

    // What a reader misses in a document that could not be read says nothing to anybody.
    bool _isUnreadable;

    SettingsDocument(string file, byte[] bytes)
    {
        File = file;
        Bytes = bytes;
        Root = new SettingsNode(this, "", new YamlMappingNode(), 1, isAbsent: true);
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
            if (Directory.Exists(path))
                throw new SettingsException([new(path, 1, "", "This is a folder; a file is expected.")]);
            long length = new FileInfo(path).Length;
            return length > BytesMax
                ? throw new SettingsException([new(path, 1, "", TooLarge(length))])
                : Parse(path, System.IO.File.ReadAllBytes(path));
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new SettingsException([new(path, 1, "", "The file does not exist.")]);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new SettingsException([new(path, 1, "", $"The file cannot be read: {e.Message}")]);
        }
    }

    /// <summary>Never throws for a bad document: what is wrong is in <see cref="Violations"/>.</summary>
    public static SettingsDocument Parse(string file, byte[] bytes)
    {
        var document = new SettingsDocument(file, bytes);
        if (document.Decode(bytes) is { } text)
            document.Read(text);
        document._isUnreadable = document._violations.Count > 0;
        return document;
    }

    /// <exception cref="SettingsException">Something is wrong; it tells everything at once, in the order of the lines.</exception>
    public void ThrowIfInvalid()
    {
        Root.End();
        if (_violations.Count > 0)
            throw new SettingsException([.. _violations.OrderBy(v => v.Line)]);
    }

    /// <summary>For a rule that only the reader of a value can know.</summary>
    public void Violation(int line, string key, string rule)
    {
        if (!_isUnreadable)
            _violations.Add(new SettingsViolation(File, Math.Max(1, line), OneLine(key), OneLine(rule)));
    }

    static string TooLarge(long length) => $"The file has {length} bytes; at most {BytesMax} are read.";

    string? Decode(byte[] bytes)
    {
        if (bytes.Length > BytesMax)
        {
            Violation(1, "", TooLarge(bytes.Length));
            return null;
        }

        // Editors on Windows put a byte order mark in front; it is not part of the first key.
        ReadOnlySpan<byte> body = bytes.AsSpan().StartsWith(Encoding.UTF8.Preamble) ? bytes.AsSpan(Encoding.UTF8.Preamble.Length) : bytes;
        try
        {
            return new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(body);
        }
        catch (ArgumentException)
        {
            Violation(1, "", "The file is not UTF-8.");
            return null;
        }
    }

    void Read(string text)
    {
        var parser = new Parser(new StringReader(text));
        try
        {
            // The subset first, event by event: loading is recursive, and a file of brackets would overflow the stack.
            if (!IsInSubset(parser))
                return;
            var stream = new YamlStream();
            stream.Load(new StringReader(text));
            if (stream.Documents.Count == 1 && stream.Documents[0].RootNode is YamlMappingNode mapping)
                Root = new SettingsNode(this, "", mapping, 1);
            else
                Violation(1, "", "The file must hold exactly one document, a mapping of keys to values.");
        }
        catch (YamlException e)
        {
            Violation((int)e.Start.Line, "", $"This is not valid YAML: {e.Message.TrimEnd('.')}.");
        }
        catch (Exception e) when (e is InvalidOperationException or ArgumentException)
        {
            // The parser meant one of its own exceptions and lost its way (an unclosed list before a key does that).
            Violation((int)(parser.Current?.End.Line ?? 1), "", "This is not valid YAML: a list, a mapping or a quote is not closed.");
        }
    }

    bool IsInSubset(Parser parser)
    {
        int before = _violations.Count;
        int depth = 0;
        var keys = new KeysOnce(this);
        while (parser.MoveNext())
        {
            ParsingEvent current = parser.Current!;
            int line = (int)current.Start.Line;
            if (current is AnchorAlias)
                Violation(line, "", "Aliases (*name) are not allowed; write the value out.");
            if (current is NodeEvent node)
                CheckNode(node, line);
            keys.Take(current, line);
            depth += current switch
            {
                MappingStart or SequenceStart => 1,
                MappingEnd or SequenceEnd => -1,
                _ => 0,
            };
            if (depth > DepthMax)
            {
                Violation(line, "", $"The document is nested deeper than {DepthMax} levels.");
                return false;
            }
        }

        return _violations.Count == before;
    }

    void CheckNode(NodeEvent node, int line)
    {
        if (!node.Anchor.IsEmpty)
            Violation(line, "", "Anchors (&name) are not allowed; write the value out.");
        if (!node.Tag.IsEmpty)
            Violation(line, "", $"Tags ({node.Tag}) are not allowed.");
        if (node is Scalar { Style: ScalarStyle.Plain, Value: "<<" })
            Violation(line, "", "Merge keys (<<) are not allowed; write the keys out.");
    }

    /// <summary>Finds every key that stands in its mapping a second time.</summary>
    sealed class KeysOnce(SettingsDocument document)
    {
        // One entry for each mapping or list that is open; a list has no keys.
        readonly Stack<Level> _open = new();

        internal void Take(ParsingEvent current, int line)
        {
            if (current is MappingEnd or SequenceEnd)
            {
                _open.Pop();
                return;
            }

            if (current is not NodeEvent)
                return;
            if (_open.TryPeek(out Level? level) && level.Keys is { } keys)
            {
                if (level.IsKeyNext && current is Scalar key && !keys.Add(key.Value))
                    document.Violation(line, "", $"The key '{key.Value}' stands here a second time; every key may be given once.");
                level.IsKeyNext = !level.IsKeyNext;
            }

            if (current is MappingStart or SequenceStart)
                _open.Push(new Level(current is MappingStart ? new HashSet<string>(StringComparer.Ordinal) : null));
        }

        sealed class Level(HashSet<string>? keys)
        {
            internal HashSet<string>? Keys { get; } = keys;

            internal bool IsKeyNext { get; set; } = true;
        }
    }

    // A key or a value may be a block of text; what is told about it is one line.
    static string OneLine(string text) => text.ReplaceLineEndings(" ");
}
