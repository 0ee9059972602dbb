using System.Text;
using EdgeRuntime.Facts;
using EdgeRuntime.Settings.Site;

namespace EdgeRuntime.Telemetry.Payloads;

/// <summary>The payload is one value and nothing else; its time is the box's.</summary>
sealed class PlainPayload(TagReference tag, char decimalPoint) : PayloadReader
{
    internal override bool HasOwnTime => false;

    internal override void Read(ReadOnlySpan<byte> payload, Arrival into)
    {
        if (tag.Contract is not { } contract)
        {
            into.Refuse(RefusalRules.UnknownTag, tag.Unknown);
            return;
        }

        string? rule = TextValue.Read(Encoding.UTF8.GetString(payload), contract, decimalPoint, out TagValue value, out string what);
        if (rule is null)
            into.Take(contract, new EventTime(into.Ingest.UnixNanoseconds), Quality.Good, value);
        else
            into.Refuse(rule, what);
    }
}

/// <summary>The tag that a field is for, or what is said when the site does not know it.</summary>
readonly record struct TagReference(string Id, TagContract? Contract)
{
    internal string Unknown => $"the tag '{TextValue.Shortened(Id)}' is not in tags.yaml; add it there, or leave it out in sources.yaml.";

    internal static TagReference Of(TagTemplate template, Func<string, string> valueOf, TagCatalogue tags)
    {
        string id = template.Fill(valueOf);
        return new TagReference(id, tags.Find(id));
    }
}
