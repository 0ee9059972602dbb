using System.Globalization;
using EdgeRuntime.Settings;
using EdgeRuntime.Settings.Site;
using EdgeRuntime.Telemetry.Csv;
using EdgeRuntime.Telemetry.Payloads;
using EdgeRuntime.Telemetry.Times;

namespace EdgeRuntime.Telemetry.Definition;

sealed record CsvSourceDefinition : SourceDefinition
{
    public override string Type => "csv";

    /// <summary>A file, a folder, or a folder with a pattern as its last part.</summary>
    internal required string Path { get; init; }
    internal required CsvShape Shape { get; init; }

    /// <summary>Column → tag.</summary>
    internal required IReadOnlyDictionary<string, TagReference> Columns { get; init; }
    internal required TimeMapping Time { get; init; }

    /// <summary>What makes two rows one arrival.</summary>
    internal required RowIdentity Redelivery { get; init; }

    /// <summary>Times as fast as it was recorded; 0: as fast as the disk takes it.</summary>
    internal required double Speed { get; init; }
}

/// <summary>A source of <c>type: csv</c>.</summary>
static class CsvSourceReader
{
    static readonly Dictionary<string, RowIdentity> Redeliveries = new()
    {
        ["file"] = RowIdentity.File,
        ["content"] = RowIdentity.Content,
        ["none"] = RowIdentity.None,
    };

    static readonly Dictionary<string, bool> Times = new() { ["original"] = true };

    internal static SourceDefinition Read(SettingsNode node, string name, TagCatalogue tags)
    {
        var columns = new Dictionary<string, TagReference>(StringComparer.Ordinal);
        SettingsNode map = node.Section("columns");
        foreach (string column in map.Keys)
        {
            string id = map.Text(column);
            if (!tags.Contains(id))
                map.Violate(column, $"is '{id}', which tags.yaml does not have.");
            columns[column] = new TagReference(id, tags.Find(id));
        }

        TimeMapping? time = TimeReader.Read(node, "column");
        if (!node.Has("time"))
            node.Violate("time", "is missing: a file is read long after it happened, so its rows must say when.");
        node.ChoiceOr("times", true, Times);
        return new CsvSourceDefinition
        {
            Name = name,
            Path = SiteFile.Of(node, node.Text("path")),
            Shape = CsvKeys.Shape(node),
            Columns = columns,
            Time = time ?? new TimeMapping("", TimeFormat.Iso8601, "", null),
            Redelivery = node.ChoiceOr("redelivery", RowIdentity.File, Redeliveries),
            Speed = Speed(node),
        };
    }

    static double Speed(SettingsNode node)
    {
        string speed = node.TextOr("speed", "as-fast-as-possible");
        if (speed == "as-fast-as-possible")
            return 0;
        if (speed == "real-time")
            return 1;
        if (speed.EndsWith('x') && double.TryParse(speed[..^1], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double factor) && factor > 0)
            return factor;
        node.Violate("speed", $"is '{speed}'; it must be as-fast-as-possible, real-time, or a factor such as 100x.");
        return 0;
    }
}
