using System.Globalization;
using System.Text;
using EdgeRuntime.Facts;

namespace EdgeRuntime.Hq.Datasets;

/// <summary>Where a recipe's truths come from. Exactly one of column, file and journal.</summary>
sealed record LabelMapping
{
    /// <summary>Cells of the column that mean normal. A cell that is neither these nor <see cref="Unsure"/> is an event.</summary>
    public IReadOnlyList<string> Normal { get; init; } = ["0", "0.0"];

    /// <summary>Cells of the column that mean that nobody knows.</summary>
    public IReadOnlyList<string> Unsure { get; init; } = [""];

    /// <summary>What a file without the column is.</summary>
    public Truth WithoutColumn { get; init; } = Truth.Unknown;

    /// <summary>What the events of a column are called.</summary>
    public FaultNaming Naming { get; init; } = FaultNaming.Event;

    /// <summary>Cell → name, where <see cref="Naming"/> is by the cell; a cell that is not in it is its own name.</summary>
    public IReadOnlyDictionary<string, string> Names { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>CSV of intervals (columns asset, fault, from, to; class where harmless ones are in it), beside the recipe; what lies in none is normal. Empty: none.</summary>
    public string IntervalFile { get; init; } = "";

    /// <summary>The verdicts of people that lie in the journal; what nobody judged is unknown.</summary>
    public bool OfJournal { get; init; }

    /// <summary>Before and behind each event, nobody is sure: neither trained on nor counted.</summary>
    public TimeSpan Margin { get; init; }

    internal Truth Of(string? cell) => cell is null ? WithoutColumn
        : Normal.Contains(cell, StringComparer.Ordinal) ? Truth.Normal
        : Unsure.Contains(cell, StringComparer.Ordinal) ? Truth.Unknown
        : Truth.Event;

    internal string NameOf(string recording, string? cell) => Naming switch
    {
        FaultNaming.Folder => FolderOf(recording),
        FaultNaming.File => recording,
        FaultNaming.Cell when cell is not null => Names.GetValueOrDefault(cell, cell),
        _ => "event",
    };

    /// <summary>Of how labels are read, from a text of all of it: another reading of the same data is another set of labels.</summary>
    internal Digest Identity(string? column) => Digest.Of(Encoding.UTF8.GetBytes(string.Join('\n',
    [
        $"column={column}", $"file={IntervalFile}", $"journal={OfJournal}", $"normal={string.Join('\t', Normal)}", $"unsure={string.Join('\t', Unsure)}", $"withoutColumn={WithoutColumn}", $"naming={Naming}",
        $"names={string.Join('\t', Names.OrderBy(n => n.Key, StringComparer.Ordinal).Select(n => $"{n.Key}={n.Value}"))}", $"marginTicks={Margin.Ticks.ToString(CultureInfo.InvariantCulture)}",
    ])));

    /// <summary>The folder of a recording, or "" where it lies in none.</summary>
    internal static string FolderOf(string recording) => recording.LastIndexOf('/') is var at and > 0 ? recording[..at] : "";
}

/// <summary>What gives an event its name.</summary>
enum FaultNaming
{
    /// <summary>All are "event".</summary>
    Event,

    Cell,
    Folder,
    File,
}

/// <summary>One row of an interval file.</summary>
/// <param name="Asset">Empty: of every recording in whose time it lies.</param>
sealed record LabelledInterval(string Asset, LabelledEvent Event)
{
    /// <summary>Whether it reaches into a recording of an asset.</summary>
    internal bool IsOf(string asset, RecordingSpan? span) =>
        span is { } time && (Asset.Length == 0 || Asset == asset) && Event.To > time.From && Event.From <= time.To;
}
