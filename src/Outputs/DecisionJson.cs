using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using EdgeRuntime.Facts;

namespace EdgeRuntime.Outputs;

/// <summary>A decision in the words of the floor and as JSON. The words are an interface: PLC programs and dashboards compare with them.</summary>
static class DecisionJson
{
    // For people too: an apostrophe stays one. The payload is never put into a web page as it is.
    static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Word(Rung rung) => FloorWords.Of(rung);

    public static string Word(DecisionState state) => FloorWords.Of(state);

    /// <summary>
    /// Seconds from the oldest input of the answer to <paramref name="now"/>; null when not known. The time since the answer counts by the source's clock
    /// or by the box's, whichever says more, so that a clock that is ahead cannot make old data fresh.
    /// </summary>
    /// <param name="known">When the box decided: <see cref="FactBatch.Ingest"/> of the decision's batch.</param>
    public static double? AgeSeconds(Decision decision, IngestTime known, IngestTime now)
    {
        if (decision.Age < 0)
            return null;
        double sinceMoment = (now.UnixNanoseconds - decision.At.UnixNanoseconds) / 1e9;
        double sinceKnown = (now.UnixNanoseconds - known.UnixNanoseconds) / 1e9;
        return (decision.Age / 1e9) + Math.Max(0, Math.Max(sinceMoment, sinceKnown));
    }

    /// <summary>
    /// <c>bad</c>: nobody could say. <c>uncertain</c>: not from a full model on present data, or older than <paramref name="staleAfter"/>, or of unknown age.
    /// <c>good</c>: the rest.
    /// </summary>
    public static string Quality(Decision decision, double? ageSeconds, TimeSpan? staleAfter) =>
        decision.State == DecisionState.Unknown || decision.Rung == Rung.LowConfidence ? "bad"
        : decision.Rung is Rung.Primary or Rung.Previous && ageSeconds is { } age && !(age > staleAfter?.TotalSeconds) ? "good"
        : "uncertain";

    /// <summary>UTF-8; <c>value</c>, <c>threshold</c> and <c>ageSeconds</c> are null where there is none.</summary>
    public static byte[] Bytes(Decision decision, IngestTime known, IngestTime now, TimeSpan? staleAfter = null)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var to = new Utf8JsonWriter(buffer, Options))
            Write(to, decision, known, now, staleAfter);
        return buffer.WrittenSpan.ToArray();
    }

    public static void Write(Utf8JsonWriter to, Decision decision, IngestTime known, IngestTime now, TimeSpan? staleAfter = null)
    {
        double? age = AgeSeconds(decision, known, now);
        to.WriteStartObject();
        to.WriteString("asset", decision.Asset);
        to.WriteString("at", decision.At.ToString());
        to.WriteString("state", Word(decision.State));
        WriteNumber(to, "value", decision.Score);
        WriteNumber(to, "threshold", decision.Threshold);
        to.WriteString("quality", Quality(decision, age, staleAfter));
        to.WriteString("rung", Word(decision.Rung));
        WriteNumber(to, "confidence", decision.Confidence);
        WriteNumber(to, "ageSeconds", age is { } seconds ? Math.Round(seconds, 3) : double.NaN);
        to.WriteString("reason", decision.Reasons.Count > 0 ? decision.Reasons[0] : "");
        to.WriteStartArray("reasons");
        foreach (string reason in decision.Reasons)
            to.WriteStringValue(reason);
        to.WriteEndArray();
        WriteDigest(to, "modelDigest", decision.Model);
        WriteDigest(to, "servingDigest", decision.Serving);
        to.WriteString("predictionId", decision.PredictionId);
        // A kept message is read later than it was sent: whoever reads it adds the time since then to the age.
        to.WriteString("sentAt", now.ToString());
        to.WriteEndObject();
    }

    static void WriteNumber(Utf8JsonWriter to, string name, double number)
    {
        // JSON has no NaN and no infinity.
        if (double.IsFinite(number))
            to.WriteNumber(name, number);
        else
            to.WriteNull(name);
    }

    static void WriteDigest(Utf8JsonWriter to, string name, Digest digest)
    {
        if (digest.IsNone)
            to.WriteNull(name);
        else
            to.WriteString(name, digest.ToString());
    }
}
