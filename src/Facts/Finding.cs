using EdgeRuntime.Facts.Canonical;

namespace EdgeRuntime.Facts;

/// <summary>Which layer of monitoring found it. The numbers are on disk.</summary>
public enum FindingLayer : byte
{
    /// <summary>The runtime itself: disk, journal, clock.</summary>
    Runtime = 1,
    DataQuality = 2,
    ModelBehavior = 3,
    Outcome = 4,
}

/// <summary>Priority of an advisory, ISA-18.2 words.</summary>
public enum FindingPriority : byte
{
    Low = 1,
    Medium = 2,
    High = 3,
}

/// <summary>Something worth telling a person, with what it blames.</summary>
/// <param name="Subject">What it is about, as <c>kind:name</c>: <c>tag:P-101.flow</c>, <c>journal</c>, <c>model:sha256:…</c>.</param>
/// <param name="Rule">The rule that found it, one lower-case word with hyphens.</param>
/// <param name="Sentence">One plain sentence: what, where, what to do.</param>
public sealed record Finding(FindingLayer Layer, FindingPriority Priority, string Subject, string Rule, string Sentence) : Fact
{
    public override FactKind Kind => FactKind.Finding;

    internal override void WriteBody(CanonicalWriter to)
    {
        to.Named(Layer);
        to.Named(Priority);
        to.Text(Subject);
        to.Text(Rule);
        to.Text(Sentence);
    }

    internal static Finding Read(ref CanonicalReader from) =>
        new(from.Named<FindingLayer>(), from.Named<FindingPriority>(), from.Text(), from.Text(), from.Text());
}
