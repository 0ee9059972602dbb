using System.Globalization;
using System.Text;
using System.Xml;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace EdgeRuntime.Settings;

/// <summary>
/// One mapping of a document. Every read names its key once; a wrong or missing value is recorded as a violation and a harmless default is returned,
/// so that all violations are found in one pass. <see cref="End"/> reports the keys that nobody asked for.
/// </summary>
public sealed class SettingsNode
{
    readonly SettingsDocument _document;
    readonly YamlMappingNode _mapping;
    readonly HashSet<string> _asked = new(StringComparer.Ordinal);
    readonly Dictionary<YamlMappingNode, SettingsNode> _children = new(ReferenceEqualityComparer.Instance);

    // True: stands in for a mapping that is not there. That was reported; what is missing inside it is not worth a line each.
    readonly bool _isAbsent;
    bool _ended;

    internal SettingsNode(SettingsDocument document, string path, YamlMappingNode mapping, int line, bool isAbsent = false)
    {
        _document = document;
        _mapping = mapping;
        _isAbsent = isAbsent;
        Path = path;
        Line = line;
    }

    /// <summary>Path of this mapping from the root; empty for the root.</summary>
    public string Path { get; }

    public int Line { get; }

    public string File => _document.File;

    /// <summary>All keys in document order, for mappings whose keys are names (tags, arms).</summary>
    public IReadOnlyList<string> Keys => [.. _mapping.Children.Keys.OfType<YamlScalarNode>().Select(k => k.Value ?? "")];

    public bool Has(string key) => Find(key) is { } node && !IsNull(node);

    /// <summary>The key's value is a list, for keys that take one value or several.</summary>
    public bool IsList(string key) => Find(key) is YamlSequenceNode;

    /// <summary>
    /// All that the document says here, in a form that comments, spacing and the order of keys do not change: two nodes with the same words say the same.
    /// </summary>
    public string Words()
    {
        var words = new StringBuilder();
        Write(_mapping, words);
        return words.ToString();
    }

    // ---- text ----

    /// <summary>A text that must be there and must not be empty.</summary>
    public string Text(string key)
    {
        string text = OptionalText(key) ?? Missing(key, "");
        if (text.Length == 0 && Has(key) && Find(key) is YamlScalarNode)
            Violate(key, "is empty; write a value.");
        return text;
    }

    public string? OptionalText(string key) => Scalar(key)?.Value;

    public string TextOr(string key, string otherwise) => OptionalText(key) ?? otherwise;

    /// <summary>The value stands without quotes, and YAML's core schema takes it for a number or a flag: a reader of another make would not give the same text.</summary>
    public bool IsBareNumberOrFlag(string key) => Find(key) is YamlScalarNode { Style: ScalarStyle.Plain, Value: { } text }
        && (text is "true" or "false" or ".inf" or "-.inf" or ".nan" || text.StartsWith("0x", StringComparison.Ordinal) || text.StartsWith("0o", StringComparison.Ordinal)
            || double.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out _));

    /// <summary>A list of texts; a missing key gives an empty list.</summary>
    public IReadOnlyList<string> Texts(string key)
    {
        if (Ask(key) is not { } node)
            return [];
        if (node is not YamlSequenceNode list)
        {
            Violate(key, node, "must be a list.");
            return [];
        }

        var texts = new List<string>();
        foreach (YamlNode item in list)
        {
            if (item is YamlScalarNode scalar && !IsNull(scalar))
                texts.Add(scalar.Value ?? "");
            else
                Violate(key, item, "must be a list of plain values.");
        }

        return texts;
    }

    // ---- numbers ----

    public double Number(string key, double min = double.NegativeInfinity, double max = double.PositiveInfinity) =>
        OptionalNumber(key, min, max) ?? Missing(key, Math.Clamp(0, min, max));

    public double? OptionalNumber(string key, double min = double.NegativeInfinity, double max = double.PositiveInfinity)
    {
        if (Scalar(key) is not { } scalar)
            return null;
        if (scalar.Style is ScalarStyle.Plain
            && double.TryParse(scalar.Value, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out double number)
            && double.IsFinite(number))
        {
            if (number >= min && number <= max)
                return number;
            Violate(key, scalar, Invariant($"is {number}; it must be {Between(min, max)}."));
            return Math.Clamp(number, min, max);
        }

        Violate(key, scalar, $"is '{scalar.Value}'; it must be a number.");
        return Math.Clamp(0, min, max);
    }

    public double NumberOr(string key, double otherwise, double min = double.NegativeInfinity, double max = double.PositiveInfinity) =>
        OptionalNumber(key, min, max) ?? otherwise;

    public long Integer(string key, long min = long.MinValue, long max = long.MaxValue) => OptionalInteger(key, min, max) ?? Missing(key, Math.Clamp(0, min, max));

    public long? OptionalInteger(string key, long min = long.MinValue, long max = long.MaxValue)
    {
        if (Scalar(key) is not { } scalar)
            return null;
        if (scalar.Style is ScalarStyle.Plain && long.TryParse(scalar.Value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long number))
        {
            if (number >= min && number <= max)
                return number;
            Violate(key, scalar, Invariant($"is {number}; it must be {Between(min, max)}."));
            return Math.Clamp(number, min, max);
        }

        Violate(key, scalar, $"is '{scalar.Value}'; it must be a whole number.");
        return Math.Clamp(0, min, max);
    }

    public int IntegerOr(string key, int otherwise, int min = int.MinValue, int max = int.MaxValue) => (int)(OptionalInteger(key, min, max) ?? otherwise);

    public bool FlagOr(string key, bool otherwise)
    {
        if (Scalar(key) is not { } scalar)
            return otherwise;
        if (scalar.Style is ScalarStyle.Plain && scalar.Value is "true" or "false")
            return scalar.Value == "true";
        Violate(key, scalar, $"is '{scalar.Value}'; it must be true or false.");
        return otherwise;
    }

    // ---- durations: ISO 8601, as PT5S, PT0.1S, P1D ----

    public TimeSpan Duration(string key) => OptionalDuration(key) ?? Missing(key, TimeSpan.Zero);

    public TimeSpan? OptionalDuration(string key)
    {
        if (Scalar(key) is not { } scalar)
            return null;
        try
        {
            string text = scalar.Value ?? "";
            // Years and months have no fixed length; XmlConvert would take them as 365 and 30 days.
            string date = text.Split('T')[0];
            if (text.StartsWith('P') && !date.Contains('Y') && !date.Contains('M'))
                return XmlConvert.ToTimeSpan(text);
        }
        catch (Exception e) when (e is FormatException or OverflowException)
        {
            // Reported below, with the other ways to be wrong.
        }

        Violate(key, scalar, $"is '{scalar.Value}'; it must be an ISO 8601 duration in days, hours, minutes and seconds, such as PT5S or P1D.");
        return TimeSpan.Zero;
    }

    public TimeSpan DurationOr(string key, TimeSpan otherwise) => OptionalDuration(key) ?? otherwise;

    // ---- choices ----

    /// <summary>One of the words in <paramref name="choices"/>.</summary>
    public T Choice<T>(string key, IReadOnlyDictionary<string, T> choices)
    {
        if (Scalar(key) is not { } scalar)
            return Missing(key, choices.Values.First());
        return Chosen(key, scalar, choices, choices.Values.First());
    }

    public T ChoiceOr<T>(string key, T otherwise, IReadOnlyDictionary<string, T> choices) =>
        Scalar(key) is { } scalar ? Chosen(key, scalar, choices, otherwise) : otherwise;

    /// <summary>A pair <c>[low, high]</c> with low ≤ high; a missing key gives nulls.</summary>
    public (double? Low, double? High) OptionalRange(string key)
    {
        if (Ask(key) is not { } node)
            return (null, null);
        if (node is YamlSequenceNode { Children.Count: 2 } pair
            && TryFinite(pair.Children[0], out double low) && TryFinite(pair.Children[1], out double high) && low <= high)
            return (low, high);
        Violate(key, node, "must be a pair of numbers [low, high] with low not above high.");
        return (null, null);
    }

    /// <summary>Every document says what it is, so that a file in the wrong place is found by name and not by its consequences.</summary>
    public void RequireKind(string kind)
    {
        string said = Text("kind");
        if (said != kind && Has("kind"))
            Violate("kind", $"is '{said}'; this file must be '{kind}'.");
    }

    // ---- structure ----

    public SettingsNode Section(string key)
    {
        if (OptionalSection(key) is { } section)
            return section;
        Missing(key, 0);
        return Absent(key);
    }

    public SettingsNode? OptionalSection(string key)
    {
        if (Ask(key) is not { } node)
            return null;
        if (node is YamlMappingNode mapping)
            return Child(PathOf(key), mapping);
        Violate(key, node, "must be a mapping of keys to values.");
        return Absent(key);
    }

    /// <summary>A list of mappings; a missing key gives an empty list.</summary>
    public IReadOnlyList<SettingsNode> List(string key)
    {
        if (Ask(key) is not { } node)
            return [];
        if (node is not YamlSequenceNode list)
        {
            Violate(key, node, "must be a list.");
            return [];
        }

        var items = new List<SettingsNode>();
        int i = 0;
        foreach (YamlNode item in list)
        {
            string path = Invariant($"{PathOf(key)}[{i++}]");
            if (item is YamlMappingNode mapping)
                items.Add(Child(path, mapping));
            else
                _document.Violation(LineOf(item), path, "must be a mapping of keys to values.");
        }

        return items;
    }

    /// <summary>Line of a key's value, for a rule that the reader checks itself.</summary>
    public int LineOf(string key) => Find(key) is { } node ? LineOf(node) : Line;

    /// <summary>Records that the value of <paramref name="key"/> breaks a rule: <paramref name="rule"/> goes on after "key: ".</summary>
    public void Violate(string key, string rule) => _document.Violation(LineOf(key), PathOf(key), rule);

    /// <summary>Reports every key that nobody asked for, here and below. Called for all nodes by <see cref="SettingsDocument.ThrowIfInvalid"/>.</summary>
    public void End()
    {
        if (_ended)
            return;
        _ended = true;
        foreach (KeyValuePair<YamlNode, YamlNode> child in _mapping.Children)
        {
            string key = (child.Key as YamlScalarNode)?.Value ?? child.Key.ToString();
            if (!_asked.Contains(key))
                _document.Violation(LineOf(child.Key), PathOf(key), Unknown(key));
        }

        foreach (SettingsNode child in _children.Values)
            child.End();
    }

    string Unknown(string key)
    {
        int typos = Math.Max(1, key.Length / 3);
        string? near = _asked.Where(known => Math.Abs(known.Length - key.Length) <= typos).MinBy(known => (Distance(known, key), known));
        return near is not null && Distance(near, key) <= typos
            ? $"is not a known key; did you mean '{near}'?"
            : _asked.Count == 0 ? "is not a known key." : $"is not a known key; known here: {string.Join(", ", _asked.Order(StringComparer.Ordinal))}.";
    }

    /// <summary>How many letters were mistyped: changed, left out, put in, or two neighbours swapped (optimal string alignment).</summary>
    static int Distance(string a, string b)
    {
        var typos = new int[a.Length + 1, b.Length + 1];
        for (int i = 0; i <= a.Length; i++)
        {
            for (int j = 0; j <= b.Length; j++)
            {
                if (i == 0 || j == 0)
                {
                    typos[i, j] = i + j;
                    continue;
                }

                int changed = typos[i - 1, j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
                typos[i, j] = Math.Min(changed, 1 + Math.Min(typos[i - 1, j], typos[i, j - 1]));
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                    typos[i, j] = Math.Min(typos[i, j], 1 + typos[i - 2, j - 2]);
            }
        }

        return typos[a.Length, b.Length];
    }

    T Chosen<T>(string key, YamlScalarNode scalar, IReadOnlyDictionary<string, T> choices, T otherwise)
    {
        if (choices.TryGetValue(scalar.Value ?? "", out T? value))
            return value;
        Violate(key, scalar, $"is '{scalar.Value}'; it must be one of {string.Join(", ", choices.Keys)}.");
        return otherwise;
    }

    YamlScalarNode? Scalar(string key)
    {
        if (Ask(key) is not { } node)
            return null;
        if (node is YamlScalarNode scalar)
            return scalar;
        Violate(key, node, "must be a single value.");
        return null;
    }

    /// <summary>The value of a key, or null when it is missing or null.</summary>
    YamlNode? Ask(string key)
    {
        _asked.Add(key);
        return Find(key) is { } node && !IsNull(node) ? node : null;
    }

    static void Write(YamlNode node, StringBuilder to)
    {
        switch (node)
        {
            case YamlMappingNode mapping:
                to.Append('{');
                foreach ((YamlNode key, YamlNode value) in mapping.Children.OrderBy(c => c.Key.ToString(), StringComparer.Ordinal))
                {
                    Write(key, to);
                    to.Append(':');
                    Write(value, to);
                }

                to.Append('}');
                break;
            case YamlSequenceNode sequence:
                to.Append('[');
                foreach (YamlNode item in sequence.Children)
                    Write(item, to);
                to.Append(']');
                break;
            default:
                // Null and the text "null" are two things, and only the style tells them apart.
                string text = (node as YamlScalarNode)?.Value ?? "";
                to.Append(IsNull(node) ? '~' : '"').Append(text.Length).Append('"').Append(text);
                break;
        }
    }

    YamlNode? Find(string key) => _mapping.Children.TryGetValue(new YamlScalarNode(key), out YamlNode? node) ? node : null;

    static bool TryFinite(YamlNode node, out double number)
    {
        number = 0;
        return node is YamlScalarNode { Style: ScalarStyle.Plain } scalar
            && double.TryParse(scalar.Value, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out number)
            && double.IsFinite(number);
    }

    static bool IsNull(YamlNode node) => node is YamlScalarNode { Style: ScalarStyle.Plain, Value: "" or "null" or "~" };

    T Missing<T>(string key, T otherwise)
    {
        if (Find(key) is not { } node)
        {
            if (!_isAbsent)
                _document.Violation(Line, PathOf(key), "is missing.");
        }
        else if (IsNull(node))
        {
            Violate(key, node, "has no value.");
        }

        return otherwise;
    }

    SettingsNode Absent(string key) => new(_document, PathOf(key), new YamlMappingNode(), LineOf(key), isAbsent: true);

    /// <summary>One node per mapping however often it is asked for: it remembers which of its keys were read.</summary>
    SettingsNode Child(string path, YamlMappingNode mapping)
    {
        if (!_children.TryGetValue(mapping, out SettingsNode? child))
            _children.Add(mapping, child = new SettingsNode(_document, path, mapping, LineOf(mapping)));
        return child;
    }

    void Violate(string key, YamlNode node, string rule) => _document.Violation(LineOf(node), PathOf(key), rule);

    string PathOf(string key) => Path.Length == 0 ? key : $"{Path}.{key}";

    static int LineOf(YamlNode node) => (int)node.Start.Line;

    static string Between<T>(T min, T max)
        where T : IComparable<T>
    {
        string low = Invariant($"{min}"), high = Invariant($"{max}");
        bool hasLow = low is not ("-∞" or "-Infinity" or "-9223372036854775808" or "-2147483648");
        bool hasHigh = high is not ("∞" or "Infinity" or "9223372036854775807" or "2147483647");
        return hasLow && hasHigh ? $"from {low} to {high}" : hasLow ? $"at least {low}" : $"at most {high}";
    }

    static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
