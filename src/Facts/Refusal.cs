using EdgeRuntime.Facts.Canonical;

namespace EdgeRuntime.Facts;

/// <summary>Who refused. The numbers are on disk.</summary>
public enum RefusalStage : byte
{
    /// <summary>A payload, or one value of it, could not be taken as telemetry.</summary>
    Telemetry = 1,

    /// <summary>A release or a model could not be loaded.</summary>
    Release = 2,

    /// <summary>A site document could not be taken.</summary>
    Settings = 3,
}

/// <summary>Something was offered and not taken: it is quarantined here with the reason, and counted.</summary>
public sealed record Refusal : Fact
{
    /// <summary>How much of an offered payload is kept: enough to see what was wrong, too little to fill a disk.</summary>
    public const int PayloadBytesMax = 1024;

    public override FactKind Kind => FactKind.Refusal;

    public required RefusalStage Stage { get; init; }

    /// <summary>What was offered: a topic, a file with its line, a release.</summary>
    public required string Subject { get; init; }

    /// <summary>The rule that it broke, as one lower-case word with hyphens, for counting: <c>not-json</c>, <c>unknown-tag</c>, <c>wrong-unit</c>.</summary>
    public required string Rule { get; init; }

    /// <summary>One plain sentence: what, where, which rule, what to do.</summary>
    public required string Sentence { get; init; }

    /// <summary>How many values were not stored because of it; counts in "received = stored + accounted".</summary>
    public required int Values { get; init; }

    /// <summary>The first <see cref="PayloadBytesMax"/> bytes of what was offered; the rest is cut here.</summary>
    public ReadOnlyMemory<byte> Payload
    {
        get;
        init => field = value[..Math.Min(value.Length, PayloadBytesMax)];
    }

    /// <summary>Bytes offered in all.</summary>
    public long PayloadLength { get; init; }

    internal override void WriteBody(CanonicalWriter to)
    {
        to.Named(Stage);
        to.Text(Subject);
        to.Text(Rule);
        to.Text(Sentence);
        to.Count(Values);
        to.Bytes(Payload.Span);
        to.Signed(PayloadLength);
    }

    internal static Refusal Read(ref CanonicalReader from)
    {
        var stage = from.Named<RefusalStage>();
        string subject = from.Text();
        string rule = from.Text();
        string sentence = from.Text();
        int values = from.Index();
        byte[] payload = from.Bytes().ToArray();
        if (payload.Length > PayloadBytesMax)
            throw from.Wrong($"a quarantined payload has at most {PayloadBytesMax} bytes");
        return new Refusal
        {
            Stage = stage,
            Subject = subject,
            Rule = rule,
            Sentence = sentence,
            Values = values,
            Payload = payload,
            PayloadLength = from.Signed(),
        };
    }
}
