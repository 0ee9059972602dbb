using EdgeRuntime.Facts;
using EdgeRuntime.Settings.Site;

namespace EdgeRuntime.Telemetry;

/// <summary>
/// What one message brought, while it is read: the samples, and what could not be taken, gathered per rule. Every value the message holds ends in one
/// of the two. Used again for the next message; one reader owns it.
/// </summary>
sealed class Arrival
{
    readonly List<Sample> _samples = [];
    readonly List<(string Rule, int Values, string What)> _refused = [];
    string _subject = "";

    internal IngestTime Ingest { get; private set; }

    /// <summary>Values seen so far, stored or not.</summary>
    internal int Values => _samples.Count + _refused.Sum(r => r.Values);

    internal void Begin(string subject, IngestTime ingest)
    {
        _subject = subject;
        Ingest = ingest;
        Restart();
    }

    /// <summary>As if nothing of the message had been read yet.</summary>
    internal void Restart()
    {
        _samples.Clear();
        _refused.Clear();
    }

    internal void Take(TagContract tag, EventTime at, Quality quality, TagValue value) =>
        _samples.Add(new Sample(tag.Id, at, null, Ingest, quality, value));

    /// <param name="what">Goes on after the subject and a colon; the first of a rule is kept.</param>
    internal void Refuse(string rule, string what, int values = 1)
    {
        for (int i = 0; i < _refused.Count; i++)
        {
            if (_refused[i].Rule == rule)
            {
                _refused[i] = _refused[i] with { Values = _refused[i].Values + values };
                return;
            }
        }

        _refused.Add((rule, values, what));
    }

    /// <summary>Nothing of the message can be trusted: what was taken is refused too.</summary>
    internal void RefuseAll(string rule, string what, int values = 1)
    {
        values = Math.Max(values, Values);
        _samples.Clear();
        _refused.Clear();
        Refuse(rule, what, values);
    }

    internal FactBatch ToBatch(string origin, ReadOnlyMemory<byte> key, ReadOnlySpan<byte> payload)
    {
        var facts = _refused.Count == 0 ? [] : new Fact[_refused.Count];
        for (int i = 0; i < facts.Length; i++)
        {
            (string rule, int values, string what) = _refused[i];
            facts[i] = new Refusal
            {
                Stage = RefusalStage.Telemetry,
                Subject = _subject,
                Rule = rule,
                Sentence = FormattableString.Invariant($"{_subject}: {what} {(values == 1 ? "1 value was" : $"{values} values were")} not stored."),
                Values = values,
                Payload = payload[..Math.Min(payload.Length, Refusal.PayloadBytesMax)].ToArray(),
                PayloadLength = payload.Length,
            };
        }

        return new FactBatch { Ingest = Ingest, Origin = origin, Key = key, Samples = _samples.Count == 0 ? [] : _samples.ToArray(), Facts = facts };
    }
}
