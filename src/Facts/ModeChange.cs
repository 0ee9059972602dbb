using EdgeRuntime.Facts.Canonical;

namespace EdgeRuntime.Facts;

/// <summary>Something with a mode went from one to another: a breaker (closed, open, half-open), a serving mode, a source (connected, down).</summary>
/// <param name="Subject">What changed, as <c>kind:name</c>, e.g. <c>breaker:P-101/primary</c> or <c>source:plant</c>.</param>
/// <param name="Who">A person, or the part of the runtime that did it.</param>
public sealed record ModeChange(string Subject, string From, string To, string Who, string Why) : Fact
{
    public override FactKind Kind => FactKind.ModeChange;

    internal override void WriteBody(CanonicalWriter to)
    {
        to.Text(Subject);
        to.Text(From);
        to.Text(To);
        to.Text(Who);
        to.Text(Why);
    }

    internal static ModeChange Read(ref CanonicalReader from) => new(from.Text(), from.Text(), from.Text(), from.Text(), from.Text());
}
