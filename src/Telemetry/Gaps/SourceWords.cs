using EdgeRuntime.Facts;

namespace EdgeRuntime.Telemetry.Gaps;

/// <summary>A source's state as it stands in the journal: subject <c>source:NAME</c> of a <see cref="ModeChange"/>.</summary>
public static class SourceWords
{
    internal const string Finished = "finished";
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

    /// <summary>Null: it is not down.</summary>
    internal static GapCause? CauseOf(string word) => word switch
    {
        Down => GapCause.SourceDown,
        LinkDown => GapCause.LinkDown,
        _ => null,
    };
}
