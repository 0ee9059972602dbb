using System.Globalization;
using System.Text;
using System.Text.Json;
using EdgeRuntime.Facts;
using EdgeRuntime.Settings.Site;
using EdgeRuntime.Telemetry.Times;

namespace EdgeRuntime.Telemetry.Payloads;

/// <summary>
/// A JSON object is one reading, with one time; an array of objects is several. Reads in one pass: a path is looked up as characters on the stack, so
/// that a number costs no allocation.
/// </summary>
sealed class JsonPayload : PayloadReader
{
    const int PathCharsMax = 512;
    static readonly JsonReaderOptions Options = new() { MaxDepth = TelemetryLimits.JsonDepthMax };

    readonly JsonMapping _mapping;
    readonly TimeMapping? _time;
    readonly TagCatalogue _tags;
    readonly Func<string, string> _valueOf;
    readonly Dictionary<string, JsonSlot> _slots = new(StringComparer.Ordinal);
    readonly Dictionary<string, JsonSlot>.AlternateLookup<ReadOnlySpan<char>> _byPath;
    readonly List<(JsonSlot Slot, TagValue Value)> _pending = [];
    readonly char[] _path = new char[PathCharsMax];

    // One number per reading: what a slot says about an older reading is not looked at.
    long _reading;
    bool _timeSeen;
    string? _timeRule;
    string _timeWhat = "";
    EventTime _at;

    internal JsonPayload(JsonMapping mapping, TimeMapping? time, TagCatalogue tags, Func<string, string> valueOf)
    {
        _mapping = mapping;
        _time = time;
        _tags = tags;
        _valueOf = valueOf;
        _byPath = _slots.GetAlternateLookup<ReadOnlySpan<char>>();
        AddKnownSlots();
    }

    internal override bool HasOwnTime => _time is not null;

    internal override void Read(ReadOnlySpan<byte> payload, Arrival into)
    {
        if (TryRead(payload, into, out int seen))
            return;
        // Python and others write NaN and Infinity into JSON. They are no JSON, but the other values of the message are good.
        if (BareNaN.Quote(payload) is { } quoted)
        {
            into.Restart();
            if (TryRead(quoted, into, out _))
                return;
        }

        (string rule, string what) = JsonFault.Of(payload);
        into.RefuseAll(rule, what, Math.Max(1, seen));
    }

    bool TryRead(ReadOnlySpan<byte> payload, Arrival into, out int seen)
    {
        seen = 0;
        try
        {
            var reader = new Utf8JsonReader(payload, Options);
            reader.Read();
            ReadRoot(ref reader, into);
            // A second document behind the first is no JSON either.
            while (reader.Read())
            {
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            seen = into.Values + _pending.Count;
            return false;
        }

        if (into.Values > TelemetryLimits.ValuesMax)
            into.RefuseAll(RefusalRules.TooManyValues, $"the message holds {into.Values} values; at most {TelemetryLimits.ValuesMax} are taken from one.");
        else if (into.Values == 0)
            into.Refuse(RefusalRules.NoMapping, "the payload holds none of the fields that sources.yaml names.");
        return true;
    }

    void ReadRoot(ref Utf8JsonReader reader, Arrival into)
    {
        if (reader.TokenType == JsonTokenType.StartObject)
        {
            ReadReading(ref reader, into);
            return;
        }

        if (reader.TokenType != JsonTokenType.StartArray)
        {
            into.Refuse(RefusalRules.NotAnObject, "the payload is a single JSON value; an object is expected (for one bare value set 'payload: plain').");
            return;
        }

        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType == JsonTokenType.StartObject)
            {
                ReadReading(ref reader, into);
                continue;
            }

            into.Refuse(RefusalRules.NotAnObject, "an element of the array is not an object with fields.");
            reader.Skip();
        }
    }

    void ReadReading(ref Utf8JsonReader reader, Arrival into)
    {
        _reading++;
        _pending.Clear();
        _timeSeen = false;
        _timeRule = null;
        ReadObject(ref reader, 0, into);
        Store(into);
    }

    void ReadObject(ref Utf8JsonReader reader, int length, Arrival into)
    {
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            int end = AppendName(ref reader, length);
            reader.Read();
            if (end >= 0)
                ReadValue(ref reader, end, into);
            else
                RefuseLongName(ref reader, into);
        }
    }

    void ReadArray(ref Utf8JsonReader reader, int length, Arrival into)
    {
        for (int i = 0; reader.Read() && reader.TokenType != JsonTokenType.EndArray; i++)
        {
            int end = AppendIndex(i, length);
            if (end >= 0)
                ReadValue(ref reader, end, into);
            else
                RefuseLongName(ref reader, into);
        }
    }

    void ReadValue(ref Utf8JsonReader reader, int end, Arrival into)
    {
        JsonSlot? slot = SlotAt(_path.AsSpan(0, end));
        bool container = reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray;
        if (!container)
        {
            if (slot is not null)
                ReadScalar(ref reader, slot, into);
        }
        else if (slot is { Ignored: true })
        {
            reader.Skip();
        }
        else if (slot is { IsValue: true })
        {
            into.Refuse(RefusalRules.WrongType, $"the field '{slot.Path}' is an object or a list, not a value; map its inner fields, or name it in 'ignore'.");
            reader.Skip();
        }
        else if (reader.TokenType == JsonTokenType.StartObject)
        {
            ReadObject(ref reader, end, into);
        }
        else
        {
            ReadArray(ref reader, end, into);
        }
    }

    void ReadScalar(ref Utf8JsonReader reader, JsonSlot slot, Arrival into)
    {
        if (slot.IsTime)
            ReadTime(ref reader, into);
        if (slot.IsNote)
            slot.Note(_reading, reader.TokenType == JsonTokenType.String ? reader.GetString()! : Encoding.UTF8.GetString(reader.ValueSpan));
        if (!slot.IsValue || slot.Ignored)
            return;
        if (!slot.FirstIn(_reading))
        {
            into.Refuse(RefusalRules.DuplicateField, $"the field '{slot.Path}' stands twice; the first was taken.");
        }
        else if (slot.Tag.Contract is not { } tag)
        {
            into.Refuse(RefusalRules.UnknownTag, slot.Tag.Unknown);
        }
        else
        {
            string? rule = JsonValue.Read(ref reader, tag, out TagValue value, out string what);
            if (rule is null)
                _pending.Add((slot, value));
            else
                into.Refuse(rule, what);
        }
    }

    void ReadTime(ref Utf8JsonReader reader, Arrival into)
    {
        // The first wins, as with a value that stands twice.
        if (_timeSeen)
            return;
        _timeSeen = true;
        ReadOnlySpan<byte> text = reader.ValueIsEscaped ? Encoding.UTF8.GetBytes(reader.GetString()!) : reader.ValueSpan;
        _timeRule = _time!.Read(text, into.Ingest, out _at, out _timeWhat);
    }

    void Store(Arrival into)
    {
        if (_time is null)
        {
            _at = new EventTime(into.Ingest.UnixNanoseconds);
        }
        else if (!_timeSeen)
        {
            _timeRule = RefusalRules.TimeUnreadable;
            _timeWhat = $"the field '{_time.Field}' with the time is missing.";
        }

        if (_timeRule is not null)
        {
            if (_pending.Count > 0)
                into.Refuse(_timeRule, _timeWhat, _pending.Count);
            return;
        }

        foreach ((JsonSlot slot, TagValue value) in _pending)
        {
            if (slot.WrongUnit(_reading) is { } wrong)
                into.Refuse(RefusalRules.WrongUnit, wrong);
            else if (!slot.TryQuality(_reading, out Quality quality, out string what))
                into.Refuse(RefusalRules.QualityUnreadable, what);
            else
                into.Take(slot.Tag.Contract!, _at, quality, value);
        }

        _pending.Clear();
    }

    JsonSlot? SlotAt(ReadOnlySpan<char> path)
    {
        if (_byPath.TryGetValue(path, out JsonSlot? slot))
            return slot;
        if (_mapping.Each is not { } each)
            return null;
        if (_slots.Count >= TelemetryLimits.FieldsMax)
        {
            _slots.Clear();
            AddKnownSlots();
        }

        string field = path.ToString();
        slot = new JsonSlot(field) { IsValue = true, Tag = TagReference.Of(each, name => name == "field" ? field : _valueOf(name), _tags) };
        _slots.Add(field, slot);
        return slot;
    }

    void AddKnownSlots()
    {
        foreach (string path in _mapping.Ignore)
            SlotFor(path).Ignored = true;
        foreach ((string path, JsonField field) in _mapping.Fields)
        {
            JsonSlot slot = SlotFor(path);
            slot.IsValue = true;
            slot.Tag = TagReference.Of(field.Tag, _valueOf, _tags);
            slot.Unit = NoteAt(field.UnitField);
            slot.Quality = NoteAt(field.QualityField);
        }

        if (_time is not null)
            SlotFor(_time.Field).IsTime = true;
    }

    JsonSlot? NoteAt(string path)
    {
        if (path.Length == 0)
            return null;
        JsonSlot slot = SlotFor(path);
        slot.IsNote = true;
        return slot;
    }

    JsonSlot SlotFor(string path)
    {
        if (!_slots.TryGetValue(path, out JsonSlot? slot))
            _slots.Add(path, slot = new JsonSlot(path));
        return slot;
    }

    /// <summary>The new length of the path, or -1 when it does not fit.</summary>
    int AppendName(ref Utf8JsonReader reader, int length)
    {
        // UTF-8 has at least as many bytes as UTF-16 has units, escapes more.
        if (length + reader.ValueSpan.Length + 1 > PathCharsMax)
            return -1;
        if (length > 0)
            _path[length++] = '.';
        return length + reader.CopyString(_path.AsSpan(length));
    }

    int AppendIndex(int index, int length)
    {
        // A dot and ten digits.
        if (length + 11 > PathCharsMax)
            return -1;
        _path[length++] = '.';
        index.TryFormat(_path.AsSpan(length), out int written, provider: CultureInfo.InvariantCulture);
        return length + written;
    }

    static void RefuseLongName(ref Utf8JsonReader reader, Arrival into)
    {
        into.Refuse(RefusalRules.UnknownTag, $"a field's name is longer than {PathCharsMax} characters.");
        reader.Skip();
    }
}
