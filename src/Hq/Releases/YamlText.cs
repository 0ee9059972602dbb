using System.Globalization;
using System.Text;

namespace EdgeRuntime.Hq.Releases;

/// <summary>
/// Writes the YAML of a release: block mappings outside, flow inside, every text quoted as JSON quotes it. An unquoted date, version or all-digit commit is
/// read as something else by some parser; a quoted one by none.
/// </summary>
sealed class YamlText
{
    readonly StringBuilder _text = new();

    /// <summary>A line <c>key: value</c> at the given depth.</summary>
    internal YamlText Line(int depth, string key, object value)
    {
        _text.Append(' ', depth * 2).Append(key).Append(": ").Append(Flow(value)).Append('\n');
        return this;
    }

    /// <summary>A line <c>key:</c> whose content follows deeper.</summary>
    internal YamlText Open(int depth, string key)
    {
        _text.Append(' ', depth * 2).Append(key).Append(":\n");
        return this;
    }

    internal YamlText Item(int depth, object value)
    {
        _text.Append(' ', depth * 2).Append("- ").Append(Flow(value)).Append('\n');
        return this;
    }

    /// <summary>A flow mapping, in the order given.</summary>
    internal static FlowMap Map(params (string Key, object Value)[] entries) => new(entries);

    internal byte[] ToBytes() => Encoding.UTF8.GetBytes(_text.ToString());

    public override string ToString() => _text.ToString();

    /// <summary>ISO 8601 duration.</summary>
    internal static string Duration(TimeSpan value) => System.Xml.XmlConvert.ToString(value);

    static string Flow(object value) => value switch
    {
        string text => Quoted(text),
        Word word => word.Text,
        bool flag => flag ? "true" : "false",
        int number => number.ToString(CultureInfo.InvariantCulture),
        long number => number.ToString(CultureInfo.InvariantCulture),
        double number => Number(number),
        FlowMap map => "{" + string.Join(", ", map.Entries.Select(e => $"{e.Key}: {Flow(e.Value)}")) + "}",
        System.Collections.IEnumerable list => "[" + string.Join(", ", list.Cast<object>().Select(Flow)) + "]",
        _ => throw new ArgumentException($"A {value.GetType().Name} has no YAML form here.", nameof(value)),
    };

    /// <summary>Shortest text that reads back to the same double, always recognisable as a number to YAML 1.1 and 1.2 readers.</summary>
    static string Number(double value)
    {
        string text = value.ToString("R", CultureInfo.InvariantCulture);
        return text.Contains('E') && !text.Contains('.') ? text.Replace("E", ".0E", StringComparison.Ordinal) : text;
    }

    static string Quoted(string text)
    {
        var quoted = new StringBuilder("\"");
        foreach (char c in text)
        {
            _ = c switch
            {
                '"' => quoted.Append("\\\""),
                '\\' => quoted.Append("\\\\"),
                '\n' => quoted.Append("\\n"),
                '\t' => quoted.Append("\\t"),
                _ when char.IsControl(c) || c is '\u2028' or '\u2029' or '\ufeff' => quoted.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:X4}"),
                _ => quoted.Append(c),
            };
        }

        return quoted.Append('"').ToString();
    }
}

/// <summary>A mapping written on one line.</summary>
sealed record FlowMap(IReadOnlyList<(string Key, object Value)> Entries);

/// <summary>A bare word: an enumerated value such as onnx, float32, PT3S, never free text.</summary>
sealed record Word(string Text);
