using System.Globalization;
using System.Text.Json.Nodes;
using EdgeRuntime.Facts;
using EdgeRuntime.Registry.Manifest;
using EdgeRuntime.Settings;

namespace EdgeRuntime.Registry.Schema;

/// <summary>
/// One mapping of serving.yaml. The reader of a section says of every key once what it is, which values it takes, what it means and what becomes of it; with a
/// document behind it that reads and checks the value, without one it describes the key. So the JSON Schema, the reference and the reader cannot disagree.
/// While describing, every value is a harmless default, every optional section is there, and every list has one item.
/// </summary>
sealed class Section
{
    const int EntriesMax = 4096;

    readonly SettingsNode? _node;
    readonly SectionShape? _shape;

    Section(SettingsNode? node, SectionShape? shape)
    {
        _node = node;
        _shape = shape;
    }

    internal static Section Reading(SettingsNode node) => new(node, null);

    internal static Section Describing(SectionShape shape) => new(null, shape);

    internal IReadOnlyList<string> Keys => _node?.Keys ?? [];

    internal bool Has(string key) => _node?.Has(key) ?? false;

    /// <summary>For a rule between values; nothing is broken while describing.</summary>
    internal void Violate(string key, string rule) => _node?.Violate(key, rule);

    // ---- texts ----

    internal string Text(string key, Duty duty, string says, TextForm? form = null)
    {
        Say(key, true, duty, says, form ?? TextForms.Free);
        return _node is null ? "" : Formed(key, _node.Text(key), form ?? TextForms.Free);
    }

    internal string TextOr(string key, string otherwise, Duty duty, string says, TextForm? form = null)
    {
        Say(key, false, duty, says, form ?? TextForms.Free);
        return _node?.OptionalText(key) is { } text ? Formed(key, text, form ?? TextForms.Free) : otherwise;
    }

    /// <summary>A list of texts, each of the form; a missing key gives an empty list.</summary>
    internal IReadOnlyList<string> Texts(string key, Duty duty, string says, TextForm? form = null)
    {
        TextForm each = form ?? TextForms.Free;
        Say(key, false, duty, says, $"list of {each.Name}", new JsonObject { ["type"] = "array", ["items"] = SchemaOf(each) });
        IReadOnlyList<string> texts = _node?.Texts(key) ?? [];
        foreach (string refusal in texts.Select(each.Refusal).OfType<string>())
            Violate(key, "has an entry that " + refusal);
        return texts;
    }

    /// <summary>Dimensions: whole numbers, or words for what is open.</summary>
    internal IReadOnlyList<string> Shape(string key, Duty duty, string says)
    {
        Say(key, true, duty, says, "list of whole numbers and words", new JsonObject
        {
            ["type"] = "array", ["minItems"] = 1, ["items"] = new JsonObject { ["type"] = new JsonArray("integer", "string") },
        });
        IReadOnlyList<string> texts = _node?.Texts(key) ?? [];
        if (!Has(key))
            Violate(key, "is missing.");
        return texts;
    }

    internal IReadOnlyList<string> Words(string key, IReadOnlyList<string> otherwise, IReadOnlyCollection<string> words, Duty duty, string says)
    {
        Say(key, false, duty, says, $"list of {string.Join(", ", words)}", new JsonObject { ["type"] = "array", ["minItems"] = 1, ["items"] = SchemaOf(words) });
        if (_node is null || !_node.Has(key))
            return otherwise;
        IReadOnlyList<string> said = _node.Texts(key);
        foreach (string word in said.Where(w => !words.Contains(w)))
            Violate(key, $"has '{word}'; it must be one of {string.Join(", ", words)}.");
        foreach (string word in said.GroupBy(w => w).Where(g => g.Count() > 1).Select(g => g.Key))
            Violate(key, $"has '{word}' twice.");
        if (said.Count == 0 && _node.IsList(key))
            Violate(key, "is empty; leave it out or name at least one.");
        return said.Count > 0 ? said : otherwise;
    }

    // ---- words ----

    internal string Choice(string key, IReadOnlyCollection<string> words, Duty duty, string says) => Choice(key, Standing(words), duty, says);

    internal T Choice<T>(string key, IReadOnlyDictionary<string, T> words, Duty duty, string says)
    {
        Say(key, true, duty, says, string.Join(", ", words.Keys), SchemaOf(words.Keys));
        return _node is null ? words.Values.First() : _node.Choice(key, words);
    }

    internal string ChoiceOr(string key, string otherwise, IReadOnlyCollection<string> words, Duty duty, string says)
    {
        Say(key, false, duty, says, string.Join(", ", words), SchemaOf(words));
        return _node is null ? otherwise : _node.ChoiceOr(key, otherwise, Standing(words));
    }

    /// <summary>The format knows more words than this version serves; the first of them is the one that it does.</summary>
    internal string ServedChoice(string key, bool required, IReadOnlyList<string> words, Duty duty, string says)
    {
        string said = required ? Choice(key, words, duty, says) : ChoiceOr(key, words[0], words, duty, says);
        if (said != words[0])
            Violate(key, $"is '{said}'; this version serves {words[0]} only.");
        return said;
    }

    internal bool FlagOr(string key, bool otherwise, Duty duty, string says)
    {
        Say(key, false, duty, says, "true or false", new JsonObject { ["type"] = "boolean" });
        return _node?.FlagOr(key, otherwise) ?? otherwise;
    }

    // ---- numbers ----

    internal double Number(string key, Duty duty, string says, double min = double.NegativeInfinity, double max = double.PositiveInfinity)
    {
        SayNumber(key, true, duty, says, "number", min, max);
        return _node?.Number(key, min, max) ?? 0;
    }

    internal double? OptionalNumber(string key, Duty duty, string says, double min = double.NegativeInfinity, double max = double.PositiveInfinity)
    {
        SayNumber(key, false, duty, says, "number", min, max);
        return _node?.OptionalNumber(key, min, max);
    }

    internal double NumberOr(string key, double otherwise, Duty duty, string says, double min = double.NegativeInfinity, double max = double.PositiveInfinity) =>
        OptionalNumber(key, duty, says, min, max) ?? otherwise;

    internal long Integer(string key, Duty duty, string says, long min, long max = long.MaxValue)
    {
        SayNumber(key, true, duty, says, "integer", min, max == long.MaxValue ? double.PositiveInfinity : max);
        return _node?.Integer(key, min, max) ?? min;
    }

    internal long? OptionalInteger(string key, Duty duty, string says, long min, long max = long.MaxValue)
    {
        SayNumber(key, false, duty, says, "integer", min == long.MinValue ? double.NegativeInfinity : min, max == long.MaxValue ? double.PositiveInfinity : max);
        return _node?.OptionalInteger(key, min, max);
    }

    internal int IntegerOr(string key, int otherwise, Duty duty, string says, int min, int max) => (int)(OptionalInteger(key, duty, says, min, max) ?? otherwise);

    internal (double? Low, double? High) Range(string key, Duty duty, string says)
    {
        Say(key, false, duty, says, "pair of numbers", new JsonObject
        {
            ["type"] = "array", ["minItems"] = 2, ["maxItems"] = 2, ["items"] = new JsonObject { ["type"] = "number" },
        });
        return _node?.OptionalRange(key) ?? (null, null);
    }

    /// <summary>A tolerance: a number from 0 to 1, or <c>bit-exact</c>, which is 0.</summary>
    internal double? Tolerance(string key, bool required, Duty duty, string says)
    {
        const string Exact = "bit-exact";
        Say(key, required, duty, says, $"number or {Exact}", new JsonObject
        {
            ["anyOf"] = new JsonArray(new JsonObject { ["const"] = Exact }, new JsonObject { ["type"] = "number", ["minimum"] = 0, ["maximum"] = 1 }),
        });
        if (_node is null || (!required && !_node.Has(key)))
            return null;
        return _node.OptionalText(key) == Exact ? 0 : _node.Number(key, 0, 1);
    }

    // ---- times, sizes, digests ----

    internal TimeSpan? OptionalDuration(string key, Duty duty, string says, bool aboveZero = false)
    {
        SayDuration(key, false, duty, says);
        return _node?.OptionalDuration(key) is { } value ? AboveZero(key, value, aboveZero) : null;
    }

    internal TimeSpan Duration(string key, Duty duty, string says)
    {
        SayDuration(key, true, duty, says);
        return _node is null ? TimeSpan.FromSeconds(1) : AboveZero(key, _node.Duration(key), true);
    }

    internal TimeSpan DurationOr(string key, TimeSpan otherwise, Duty duty, string says, bool aboveZero = false) => OptionalDuration(key, duty, says, aboveZero) ?? otherwise;

    internal EventTime? OptionalMoment(string key, Duty duty, string says)
    {
        if (TextOr(key, "", duty, says, TextForms.Moment) is not { Length: > 0 } text || TextForms.Moment.Refusal(text) is not null)
            return null;
        if (DateTime.TryParseExact(text.AsSpan(0, 19), "yyyy-MM-dd'T'HH:mm:ss", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out DateTime second) && second.Year is > 1677 and < 2262)
            return new EventTime(((second - DateTime.UnixEpoch).Ticks * TimeSpan.NanosecondsPerTick) + Fraction(text));
        Violate(key, $"is '{text}'; there is no such time.");
        return null;
    }

    /// <summary>Bytes.</summary>
    internal long? OptionalSize(string key, Duty duty, string says)
    {
        string text = TextOr(key, "", duty, says, TextForms.Size);
        if (text.Length == 0 || TextForms.Size.Refusal(text) is not null)
            return null;
        return long.Parse(text.AsSpan(0, text.Length - 2), NumberStyles.None, CultureInfo.InvariantCulture) << (text[^2] switch { 'K' => 10, 'M' => 20, _ => 30 });
    }

    internal Digest Sha256(string key, Duty duty, string says) => Digest.TryParse(Text(key, duty, says, TextForms.Sha256), out Digest digest) ? digest : Digest.None;

    internal Digest? OptionalSha256(string key, Duty duty, string says) =>
        Digest.TryParse(TextOr(key, "", duty, says, TextForms.Sha256), out Digest digest) ? digest : null;

    internal VersionRange? OptionalVersions(string key, Duty duty, string says) => VersionRange.TryParse(TextOr(key, "", duty, says, TextForms.Versions));

    // ---- sections ----

    internal Section Inner(string key, Duty duty, string says)
    {
        if (_node is not null)
            return Reading(_node.Section(key));
        return Describing(Nest(key, true, duty, says, Nesting.One));
    }

    internal Section? OptionalInner(string key, Duty duty, string says)
    {
        if (_node is not null)
            return _node.OptionalSection(key) is { } inner ? Reading(inner) : null;
        return Describing(Nest(key, false, duty, says, Nesting.One));
    }

    internal IReadOnlyList<Section> List(string key, bool required, Duty duty, string says)
    {
        if (_node is not null)
            return [.. Entries(key, _node).Select(Reading)];
        return [Describing(Nest(key, required, duty, says, Nesting.List))];
    }

    /// <summary>A list whose items are of different kinds, each with keys of its own.</summary>
    internal IReadOnlyList<TResult> Kinds<T, TResult>(
        string key, Duty duty, string says, string kindKey, string kindSays, IReadOnlyDictionary<string, T> kinds, Func<T, Section, TResult> read)
    {
        if (_node is not null)
            return [.. Entries(key, _node).Select(n => read(n.Choice(kindKey, kinds), Reading(n)))];
        var inside = new List<SectionShape>();
        foreach ((string word, T kind) in kinds)
        {
            var shape = new SectionShape();
            shape.Add(new KeyShape(kindKey, true, duty, kindSays, word, new JsonObject { ["const"] = word }, Nesting.None, []));
            read(kind, Describing(shape));
            inside.Add(shape);
        }

        _shape!.Add(new KeyShape(key, false, duty, says, "list", [], Nesting.List, inside));
        return [];
    }

    /// <summary>Any keys, each with a single value.</summary>
    internal IReadOnlyDictionary<string, string> Free(string key, Duty duty, string says)
    {
        if (_node is not null)
            return _node.OptionalSection(key) is { } map ? map.Keys.ToDictionary(k => k, k => map.OptionalText(k) ?? "", StringComparer.Ordinal) : new Dictionary<string, string>();
        Nest(key, false, duty, says, Nesting.One).AnyKey = new JsonObject { ["type"] = new JsonArray("string", "number", "boolean", "null") };
        return new Dictionary<string, string>();
    }

    /// <summary>Any keys, each with a whole number.</summary>
    internal IReadOnlyDictionary<string, int> Numbers(string key, int min, int max, Duty duty, string says)
    {
        if (_node is not null)
            return _node.OptionalSection(key) is { } map ? map.Keys.ToDictionary(k => k, k => (int)map.Integer(k, min, max), StringComparer.Ordinal) : new Dictionary<string, int>();
        Nest(key, false, duty, says, Nesting.One).AnyKey = new JsonObject { ["type"] = "integer", ["minimum"] = min, ["maximum"] = max };
        return new Dictionary<string, int>();
    }

    // ---- what is behind it ----

    /// <summary>Entries are compared with each other, so there is an end to them; those behind it are not read and count as unknown.</summary>
    IEnumerable<SettingsNode> Entries(string key, SettingsNode node)
    {
        IReadOnlyList<SettingsNode> entries = node.List(key);
        if (entries.Count > EntriesMax)
            Violate(key, $"lists {entries.Count} entries; at most {EntriesMax} are read.");
        return entries.Take(EntriesMax);
    }

    string Formed(string key, string text, TextForm form)
    {
        if (text.Length == 0)
            return text;
        if (form.Refusal(text) is { } refusal)
            Violate(key, refusal);
        else if (_node!.IsBareNumberOrFlag(key))
            Violate(key, $"is {text} without quotes, which other readers take for a number or a flag; write \"{text}\".");
        return text;
    }

    /// <summary>Nanoseconds behind the second.</summary>
    static long Fraction(string moment) => moment[19] == '.' ? long.Parse(moment[20..^1].PadRight(9, '0'), NumberStyles.None, CultureInfo.InvariantCulture) : 0;

    TimeSpan AboveZero(string key, TimeSpan value, bool aboveZero)
    {
        // A text that is no duration has been reported and also reads as zero; a true zero is a P and no digit above 0.
        if (aboveZero && value == TimeSpan.Zero && _node!.OptionalText(key) is ['P', ..] text && !text.AsSpan().ContainsAnyInRange('1', '9'))
            Violate(key, "must be a duration above zero.");
        return value;
    }

    SectionShape Nest(string key, bool required, Duty duty, string says, Nesting nesting)
    {
        var inside = new SectionShape();
        _shape!.Add(new KeyShape(key, required, duty, says, nesting == Nesting.List ? "list" : "section", [], nesting, [inside]));
        // Asked for a second time: what that reader asks for belongs to the same section.
        return _shape.Keys.First(k => k.Key == key).Inside[0];
    }

    void Say(string key, bool required, Duty duty, string says, TextForm form) => Say(key, required, duty, says, form.Name, SchemaOf(form));

    void Say(string key, bool required, Duty duty, string says, string kind, JsonObject schema) =>
        _shape?.Add(new KeyShape(key, required, duty, says, kind, schema, Nesting.None, []));

    void SayDuration(string key, bool required, Duty duty, string says) =>
        Say(key, required, duty, says, "duration", new JsonObject { ["type"] = "string", ["pattern"] = TextForms.Duration });

    void SayNumber(string key, bool required, Duty duty, string says, string type, double min, double max)
    {
        var schema = new JsonObject { ["type"] = type };
        if (double.IsFinite(min))
            schema["minimum"] = min;
        if (double.IsFinite(max))
            schema["maximum"] = max;
        Say(key, required, duty, says, type == "integer" ? "whole number" : type, schema);
    }

    static JsonObject SchemaOf(TextForm form) => form == TextForms.Free
        ? new JsonObject { ["type"] = "string", ["maxLength"] = form.LengthMax }
        : new JsonObject { ["type"] = "string", ["maxLength"] = form.LengthMax, ["pattern"] = form.Pattern };

    static JsonObject SchemaOf(IEnumerable<string> words) => new() { ["enum"] = new JsonArray([.. words.Select(w => (JsonNode)w)]) };

    static Dictionary<string, string> Standing(IReadOnlyCollection<string> words) => words.ToDictionary(w => w, StringComparer.Ordinal);
}
