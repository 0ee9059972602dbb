using System.Globalization;
using EdgeRuntime.Facts;

namespace EdgeRuntime.Telemetry.Payloads;

/// <summary>One place in a payload and what is known about it: a value, the time, or a note (unit, quality) about other values.</summary>
sealed class JsonSlot(string path)
{
    long _seenIn;
    long _notedIn;
    string _note = "";

    internal string Path { get; } = path;
    internal bool IsValue { get; set; }
    internal bool IsTime { get; set; }
    internal bool IsNote { get; set; }
    internal bool Ignored { get; set; }
    internal TagReference Tag { get; set; }
    internal JsonSlot? Unit { get; set; }
    internal JsonSlot? Quality { get; set; }

    internal bool FirstIn(long reading)
    {
        bool first = _seenIn != reading;
        _seenIn = reading;
        return first;
    }

    internal void Note(long reading, string text)
    {
        _notedIn = reading;
        _note = text;
    }

    /// <summary>What is wrong with the unit that the payload names, or null.</summary>
    internal string? WrongUnit(long reading) =>
        Unit?.NoteIn(reading) is { } unit && unit != Tag.Contract!.Unit
            ? $"{Tag.Id} came in '{TextValue.Shortened(unit)}', but the tag is in '{Tag.Contract.Unit}'; nothing is converted: change the sender or tags.yaml."
            : null;

    internal bool TryQuality(long reading, out Quality quality, out string what)
    {
        quality = Facts.Quality.Good;
        what = "";
        if (Quality?.NoteIn(reading) is not { } text)
            return true;
        switch (text.ToLowerInvariant())
        {
            case "good":
                return true;
            case "uncertain":
                quality = Facts.Quality.Uncertain;
                return true;
            case "bad":
                quality = Facts.Quality.Bad;
                return true;
            default:
                what = $"the quality '{TextValue.Shortened(text)}' of {Tag.Id} is neither good, uncertain, bad nor an OPC UA status code.";
                bool read = uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out uint code);
                quality = new Quality(code);
                return read;
        }
    }

    string? NoteIn(long reading) => _notedIn == reading ? _note : null;
}
