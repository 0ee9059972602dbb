using System.Globalization;
using EdgeRuntime.Hq.Datasets;
using EdgeRuntime.Settings;

namespace EdgeRuntime.Hq.Recipes;

/// <summary>Reads a recipe's sections <c>data</c> and <c>labels</c>.</summary>
static class DataReader
{
    static readonly Dictionary<string, AssetNaming> AssetNamings = new() { ["folder"] = AssetNaming.Folder, ["file"] = AssetNaming.File };

    static readonly Dictionary<string, FaultNaming> FaultNamings = new()
    {
        ["event"] = FaultNaming.Event, ["cell"] = FaultNaming.Cell, ["folder"] = FaultNaming.Folder, ["file"] = FaultNaming.File,
    };

    static readonly Dictionary<string, Truth> Truths = new() { ["normal"] = Truth.Normal, ["unknown"] = Truth.Unknown };

    internal static DataSource Read(SettingsNode root)
    {
        SettingsNode data = root.Section("data");
        SettingsNode? labels = root.OptionalSection("labels");
        string? column = labels?.OptionalText("column");
        bool isJournal = data.Has("journal");
        if (isJournal && data.Has("csv"))
            data.Violate("journal", "and csv exclude each other; keep one.");
        if (data.Has("asset") && data.Has("assetBy"))
            data.Violate("assetBy", "and asset exclude each other; keep one.");
        if (isJournal && !data.Has("asset"))
            data.Violate("asset", "is missing; say which asset's tags are taken from the journal.");
        return new DataSource
        {
            Csv = isJournal ? null : Mapping(data) with { LabelColumn = column, ChangePointColumn = labels?.OptionalText("changePoints") },
            Journal = isJournal ? data.Text("journal") : "",
            Asset = data.TextOr("asset", ""),
            AssetBy = data.Has("assetBy") ? data.Choice("assetBy", AssetNamings) : AssetNaming.Named,
            Tags = isJournal ? Pairs(data.OptionalSection("signals")) : new Dictionary<string, string>(StringComparer.Ordinal),
            Regime = data.OptionalSection("regime") is { } regime ? Regime(regime) : null,
            Labels = labels is null ? null : Labels(labels, isJournal),
        };
    }

    static LabelMapping Labels(SettingsNode node, bool isJournal)
    {
        bool ofJournal = node.FlagOr("journal", false);
        int said = (node.Has("column") ? 1 : 0) + (node.Has("file") ? 1 : 0) + (ofJournal ? 1 : 0);
        if (said != 1)
            node.Violate("column", "or file or journal: true; labels come from exactly one of them.");
        if (ofJournal && !isJournal)
            node.Violate("journal", "is for data from a journal.");
        foreach (string key in (string[])["column", "changePoints"])
        {
            if (isJournal && node.Has(key))
                node.Violate(key, "is for data from CSV files.");
        }

        var otherwise = new LabelMapping();
        return new LabelMapping
        {
            Normal = node.Has("normal") ? node.Texts("normal") : otherwise.Normal,
            Unsure = node.Has("unsure") ? node.Texts("unsure") : otherwise.Unsure,
            WithoutColumn = node.ChoiceOr("withoutColumn", Truth.Unknown, Truths),
            Naming = node.ChoiceOr("fault", FaultNaming.Event, FaultNamings),
            Names = Pairs(node.OptionalSection("names")),
            IntervalFile = node.TextOr("file", ""),
            OfJournal = ofJournal,
            Margin = node.DurationOr("margin", TimeSpan.Zero),
        };
    }

    static RegimeMapping Regime(SettingsNode node)
    {
        double[] edges = [.. node.Texts("edges").Select(t => double.TryParse(t, NumberStyles.Float, CultureInfo.InvariantCulture, out double edge) ? edge : double.NaN)];
        if (edges.Length == 0 || edges.Any(double.IsNaN) || edges.Zip(edges.Skip(1)).Any(e => e.First >= e.Second))
            node.Violate("edges", "must be numbers, each larger than the one before.");
        return new RegimeMapping(node.Text("signal"), edges);
    }

    static Dictionary<string, string> Pairs(SettingsNode? node)
    {
        var pairs = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (string key in node?.Keys ?? [])
            pairs[key] = node!.Text(key);
        return pairs;
    }

    static CsvMapping Mapping(SettingsNode data)
    {
        string delimiter = data.TextOr("delimiter", ",");
        if (delimiter.Length != 1)
            data.Violate("delimiter", $"is '{delimiter}'; it must be one character.");
        SettingsNode time = data.Section("time");
        SettingsNode columns = data.Section("columns");
        var read = new List<CsvColumn>();
        foreach (string header in columns.Keys)
        {
            SettingsNode column = columns.Section(header);
            read.Add(new CsvColumn(header, column.Text("signal"), column.TextOr("unit", "")));
            if (read.Count(c => c.Signal == read[^1].Signal) > 1)
                column.Violate("signal", $"is '{read[^1].Signal}' a second time; every column has a signal of its own.");
        }

        if (read.Count == 0)
            data.Violate("columns", "must name at least one column.");
        string format = time.TextOr("format", "yyyy-MM-dd HH:mm:ss");
        return new CsvMapping(data.Text("csv"), delimiter.Length > 0 ? delimiter[0] : ',', time.Text("column"), format, Zone(time, format), read)
        {
            ReceivedColumn = time.OptionalText("received"),
        };
    }

    /// <summary>Times whose cells state an offset are in UTC once they are read.</summary>
    static TimeSpan? Zone(SettingsNode time, string format)
    {
        string zone = time.TextOr("zone", "naive");
        if (CsvMapping.ReadsOffset(format))
        {
            if (time.Has("zone"))
                time.Violate("zone", $"and a format that reads an offset in each cell exclude each other; leave zone out, or quote what '{format}' reads as K or z.");
            return TimeSpan.Zero;
        }

        if (zone is "naive" or "utc")
            return zone == "utc" ? TimeSpan.Zero : null;
        if (zone.Length == 6 && zone[0] is '+' or '-'
            && TimeSpan.TryParseExact(zone[1..], "hh\\:mm", CultureInfo.InvariantCulture, out TimeSpan offset) && offset.TotalHours <= 14)
            return zone[0] == '-' ? -offset : offset;
        time.Violate("zone", $"is '{zone}'; it must be naive (the files do not say), utc or an offset such as +01:00.");
        return null;
    }
}
