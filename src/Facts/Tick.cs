using EdgeRuntime.Facts.Canonical;

namespace EdgeRuntime.Facts;

/// <summary>The box's clock went on. Windows close on event time and ticks, so a replay needs no clock: <paramref name="At"/> is all it is told.</summary>
public sealed record Tick(IngestTime At) : Fact
{
    public override FactKind Kind => FactKind.Tick;

    internal override void WriteBody(CanonicalWriter to) => to.Fixed64(At.UnixNanoseconds);

    internal static Tick Read(ref CanonicalReader from) => new(new IngestTime(from.Fixed64()));
}
