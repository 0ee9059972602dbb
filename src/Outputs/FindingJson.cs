using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using EdgeRuntime.Facts;

namespace EdgeRuntime.Outputs;

/// <summary>A finding in the words of the floor.</summary>
static class FindingJson
{
    static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The asset that a finding is about: of <c>tag:P-101.flow</c> and <c>asset:P-101</c> it is P-101; empty for others.</summary>
    internal static string AssetOf(Finding finding)
    {
        string[] subject = finding.Subject.Split(':', 2);
        if (subject is ["asset", { } asset])
            return asset;
        return subject is ["tag", { } tag] && tag.LastIndexOf('.') is > 0 and int dot ? tag[..dot] : "";
    }

    internal static byte[] Bytes(Finding finding, IngestTime found)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var to = new Utf8JsonWriter(buffer, Options))
        {
            to.WriteStartObject();
            to.WriteString("at", found.ToString());
            to.WriteString("layer", Word(finding.Layer));
            to.WriteString("priority", Word(finding.Priority));
            to.WriteString("subject", finding.Subject);
            to.WriteString("rule", finding.Rule);
            to.WriteString("sentence", finding.Sentence);
            to.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    static string Word(FindingLayer layer) => layer switch
    {
        FindingLayer.DataQuality => "data-quality",
        FindingLayer.ModelBehavior => "model-behavior",
        FindingLayer.Outcome => "outcome",
        _ => "runtime",
    };

    static string Word(FindingPriority priority) => priority switch
    {
        FindingPriority.High => "high",
        FindingPriority.Medium => "medium",
        _ => "low",
    };
}
