using System.Globalization;
using EdgeRuntime.Facts;
using EdgeRuntime.Hq.Training;

namespace EdgeRuntime.Hq.Datasets;

/// <summary>
/// Reads events from a CSV of intervals with the columns <c>fault</c>, <c>from</c>, <c>to</c> (to is not in it), and where they are there <c>asset</c> and
/// <c>class</c>; a class of "harmless" looks odd and is no event. Others are left alone. This is what firmware-sim writes.
/// </summary>
static class IntervalFile
{
    const string HarmlessClass = "harmless";

    /// <summary>Refuses a file that tells of other assets only: a name was misspelt, and everything would be called normal.</summary>
    internal static void CheckAssets(IReadOnlyList<LabelledInterval> intervals, IEnumerable<string> assets, string name)
    {
        string[] told = [.. intervals.Select(i => i.Asset).Distinct(StringComparer.Ordinal)], data = [.. assets.Distinct(StringComparer.Ordinal)];
        if (told.Length > 0 && !told.Contains("") && !told.Intersect(data, StringComparer.Ordinal).Any())
            throw new TrainingException($"labels.file: '{name}' tells of {string.Join(", ", told)}; the data is of {(data is [""] ? "an asset without a name" : string.Join(", ", data))}. Look at asset or assetBy in data.");
    }

    /// <summary>What reaches into no recording, in a sentence; nothing where everything does.</summary>
    internal static IEnumerable<string> Strays(IReadOnlyList<LabelledInterval> intervals, IReadOnlyList<(string Asset, RecordingSpan? Span)> recordings, string name)
    {
        LabelledInterval[] stray = [.. intervals.Where(i => !recordings.Any(r => i.IsOf(r.Asset, r.Span)))];
        if (stray.Length == 0)
            yield break;
        LabelledInterval first = stray[0];
        string of = first.Asset.Length == 0 ? "" : $" of {first.Asset}";
        string why = first.Asset.Length == 0 || recordings.Any(r => r.Asset == first.Asset) ? "lies in the time of no recording" : "is of an asset that no recording is of";
        yield return FormattableString.Invariant($"{stray.Length} of {intervals.Count} intervals in {name} reach into no recording and count nowhere; the first, {first.Event.Fault}{of} at {first.Event.From}, {why}.");
    }

    /// <exception cref="TrainingException">The file is not there or cannot be understood.</exception>
    internal static IReadOnlyList<LabelledInterval> Read(string path, string name)
    {
        if (!File.Exists(path))
            throw new TrainingException($"labels.file: there is no '{name}' beside the recipe.");
        string[] lines = File.ReadAllLines(path);
        if (lines.Length == 0)
            throw new TrainingException($"{name} is empty; it needs a header line with fault, from and to.");
        string[] header = lines[0].Split(',');
        int fault = Needed(header, "fault"), from = Needed(header, "from"), to = Needed(header, "to");
        int asset = Array.IndexOf(header, "asset"), kind = Array.IndexOf(header, "class");
        var intervals = new List<LabelledInterval>();
        for (int i = 1; i < lines.Length; i++)
        {
            if (lines[i].Length == 0)
                continue;
            string[] cells = lines[i].Split(',');
            if (cells.Length != header.Length)
                throw new TrainingException($"{name}:{i + 1}: the line has {cells.Length} cells; the header has {header.Length}.");
            EventTime begin = Time(cells[from], i), end = Time(cells[to], i);
            if (end <= begin)
                throw new TrainingException($"{name}:{i + 1}: it ends at {cells[to]}, which is not after its beginning.");
            intervals.Add(new LabelledInterval(asset < 0 ? "" : cells[asset], new LabelledEvent(cells[fault], begin, end, kind >= 0 && cells[kind] == HarmlessClass)));
        }

        return intervals;

        int Needed(string[] columns, string column) => Array.IndexOf(columns, column) is var place and >= 0
            ? place
            : throw new TrainingException($"{name} has no column '{column}'; it has {string.Join(", ", columns)}.");

        EventTime Time(string cell, int line) =>
            DateTimeOffset.TryParse(cell, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out DateTimeOffset time) && time.Year is >= 1678 and <= 2261
                ? new EventTime((time.UtcTicks - DateTime.UnixEpoch.Ticks) * 100)
                : throw new TrainingException($"{name}:{line + 1}: '{cell}' is not a time such as 2026-03-01T00:00:00Z.");
    }
}
