using EdgeRuntime.Facts.Canonical;

namespace EdgeRuntime.Facts;

/// <summary>How a source's clock stands to the box's, as one asset's samples tell. Estimated; nothing is ever shifted by it.</summary>
/// <param name="Source">Name of the source.</param>
/// <param name="At">Newest event time of the source.</param>
/// <param name="Cause">The batch after which this was known.</param>
/// <param name="Offset">Smallest of ingest time minus newest event time over the last batches, in nanoseconds: how far the source is behind the box, the quickest way included. Negative: ahead.</param>
/// <param name="Spread">Largest minus smallest over the same batches, in nanoseconds.</param>
/// <param name="Samples">How many batches this rests on.</param>
/// <param name="Step">Nanoseconds by which the source's own time stepped, when this says that a new time base was accepted after it had held; else 0.</param>
public sealed record ClockOffset(string Asset, string Source, EventTime At, Position Cause, long Offset, long Spread, int Samples, long Step) : Fact
{
    public override FactKind Kind => FactKind.ClockOffset;

    internal override void WriteBody(CanonicalWriter to)
    {
        to.Text(Asset);
        to.Text(Source);
        to.Event(At);
        to.Position(Cause);
        to.Signed(Offset);
        to.Signed(Spread);
        to.Count(Samples);
        to.Signed(Step);
    }

    internal static ClockOffset Read(ref CanonicalReader from) =>
        new(from.Text(), from.Text(), from.Event(), from.Position(), from.Signed(), from.Signed(), from.Index(), from.Signed());
}
