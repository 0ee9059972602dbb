using EdgeRuntime.Facts.Canonical;

namespace EdgeRuntime.Facts;

/// <summary>Why nothing is there. The numbers are on disk.</summary>
public enum GapCause : byte
{
    Unknown = 1,
    SourceDown = 2,
    LinkDown = 3,
    BadQuality = 4,
    Quarantined = 5,
    Thinned = 6,
    BoxOff = 7,
    Overflow = 8,
    Deleted = 9,
}

/// <summary>An interval of which we know that something is missing, and why.</summary>
/// <param name="Tag">Empty: all tags of the source.</param>
/// <param name="From">First moment without data, by event time.</param>
/// <param name="To">First moment with data again.</param>
/// <param name="Values">How many values are known to be missing; 0 when nobody can know.</param>
public sealed record Gap(string Source, string Tag, EventTime From, EventTime To, GapCause Cause, long Values) : Fact
{
    public override FactKind Kind => FactKind.Gap;

    internal override void WriteBody(CanonicalWriter to)
    {
        to.Text(Source);
        to.Text(Tag);
        to.Event(From);
        to.Event(To);
        to.Named(Cause);
        to.Signed(Values);
    }

    internal static Gap Read(ref CanonicalReader from) =>
        new(from.Text(), from.Text(), from.Event(), from.Event(), from.Named<GapCause>(), from.Signed());
}
