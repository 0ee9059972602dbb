using EdgeRuntime.Facts;

namespace EdgeRuntime.Telemetry.Gaps;

/// <summary>A source's state as it stands in the journal: subject <c>source:NAME</c> of a <see cref="ModeChange"/>.</summary>
public static class SourceWords
{
    /// <summary>It was taken from sources.yaml.</summary>
    public const string Removed = "removed";

    internal const string Finished = "finished";
    const string Prefix = "source:";
    const string Down = "down";
    const string LinkDown = "link-down";

    /// <summary>The word for a state. The way to a source (a broker, a network) and the source itself (a file, a device) fail under different names.</summary>
    public static string Of(SourceStatus status) => status.State switch
    {
        SourceState.Starting => "starting",
        SourceState.Connected => "connected",
        SourceState.Finished => Finished,
        _ => status.Link ? LinkDown : Down,
    };

    /// <summary>The subject of its changes.</summary>
    public static string SubjectOf(string source) => Prefix + source;

    /// <summary>The source whose change it is; null for a change of something else.</summary>
    internal static string? SourceOf(ModeChange change) => change.Subject.StartsWith(Prefix, StringComparison.Ordinal) ? change.Subject[Prefix.Length..] : null;

    /// <summary>Null: it is not down.</summary>
    internal static GapCause? CauseOf(string word) => word switch
    {
        Down => GapCause.SourceDown,
        LinkDown => GapCause.LinkDown,
        _ => null,
    };
}
