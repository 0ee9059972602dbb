using EdgeRuntime.Facts.Canonical;

namespace EdgeRuntime.Facts;

/// <summary>Who did what to what, with the value before and after.</summary>
/// <param name="Action">One lower-case word with hyphens: <c>start</c>, <c>stop</c>, <c>reload</c>.</param>
public sealed record Audit(string Who, string Action, string Subject, string Before, string After, string Why) : Fact
{
    public override FactKind Kind => FactKind.Audit;

    internal override void WriteBody(CanonicalWriter to)
    {
        to.Text(Who);
        to.Text(Action);
        to.Text(Subject);
        to.Text(Before);
        to.Text(After);
        to.Text(Why);
    }

    internal static Audit Read(ref CanonicalReader from) =>
        new(from.Text(), from.Text(), from.Text(), from.Text(), from.Text(), from.Text());
}
