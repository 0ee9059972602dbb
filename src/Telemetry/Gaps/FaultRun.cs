using EdgeRuntime.Facts;
using EdgeRuntime.Facts.Canonical;

namespace EdgeRuntime.Telemetry.Gaps;

/// <summary>Values that came one after the other and could not be used, for one cause.</summary>
sealed class FaultRun(GapCause cause, EventTime from)
{
    public GapCause Cause { get; } = cause;
    public EventTime From { get; private set; } = from;
    public long Values { get; private set; }

    public void Add(EventTime at, long values = 1)
    {
        if (at < From)
            From = at;
        Values += values;
    }

    /// <summary>A run that is over. A good value that is older than the run ends it where it began.</summary>
    public Gap EndedAt(EventTime to, string source, string tag) => new(source, tag, From, to < From ? From : to, Cause, Values);

    public static void Save(FaultRun? run, CanonicalWriter to)
    {
        to.Bool(run is not null);
        if (run is null)
            return;
        to.Named(run.Cause);
        to.Event(run.From);
        to.Signed(run.Values);
    }

    public static FaultRun? Restore(ref CanonicalReader from) => from.Bool() ? new FaultRun(from.Named<GapCause>(), from.Event()) { Values = from.Signed() } : null;
}
