using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using EdgeRuntime.Facts;
using EdgeRuntime.Journal;

namespace EdgeRuntime.Replay.Evidence;

/// <summary>The pack's own tables: facts and samples, as bytes and for people.</summary>
static class EvidenceText
{
    static readonly JsonWriterOptions s_indented = new() { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static void Add(SortedDictionary<string, ReadOnlyMemory<byte>> files, EvidenceFacts facts)
    {
        var index = new StringBuilder("file,kind,frame,index\n");
        for (int i = 0; i < facts.Placed.Count; i++)
        {
            PlacedFact placed = facts.Placed[i];
            string name = string.Create(CultureInfo.InvariantCulture, $"facts/{i:00}-{placed.Fact.Kind.ToString().ToLowerInvariant()}.bin");
            files[name] = FactCodec.Encode(placed.Fact);
            index.Append(CultureInfo.InvariantCulture, $"{name},{placed.Fact.Kind},{placed.At.Frame},{placed.At.Index}\n");
        }

        files["facts.csv"] = Utf8(index);
        files["samples.csv"] = Utf8(Samples(facts));
        foreach (StoredBatch batch in facts.Batches)
        {
            var bytes = new ArrayBufferWriter<byte>();
            FactCodec.Encode(batch.Batch, bytes);
            files[string.Create(CultureInfo.InvariantCulture, $"batches/{batch.Frame:D12}.bin")] = bytes.WrittenMemory;
        }

        files["evidence.json"] = Summary(facts);
    }

    static StringBuilder Samples(EvidenceFacts facts)
    {
        var text = new StringBuilder("frame,index,tag,event_ns,server_ns,ingest_ns,quality,kind,bits,value\n");
        foreach (StoredBatch batch in facts.Batches)
        {
            for (int i = 0; i < batch.Batch.Samples.Count; i++)
            {
                Sample sample = batch.Batch.Samples[i];
                if (!facts.Shows(sample))
                    continue;
                string? server = sample.Server?.UnixNanoseconds.ToString(CultureInfo.InvariantCulture);
                text.Append(CultureInfo.InvariantCulture, $"{batch.Frame},{i},{Quoted(sample.Tag)},{sample.Event.UnixNanoseconds},{server},{sample.Ingest.UnixNanoseconds},0x{sample.Quality.StatusCode:x8},{(int)sample.Value.Kind},{Quoted(Bits(sample.Value))},{Quoted(sample.Value.ToString())}\n");
            }
        }

        return text;
    }

    /// <summary>A double's bits as 16 hex digits, most significant first; every other kind as text that says all of it.</summary>
    public static string Bits(TagValue value) => value.Kind switch
    {
        TagValueKind.Double => BitConverter.DoubleToUInt64Bits(value.Double).ToString("x16", CultureInfo.InvariantCulture),
        TagValueKind.Int64 => value.Int64.ToString(CultureInfo.InvariantCulture),
        TagValueKind.Bool => value.Bool ? "1" : "0",
        TagValueKind.String => value.String,
        TagValueKind.Blob => string.Create(CultureInfo.InvariantCulture, $"{value.Blob.Digest} {value.Blob.Size}"),
        _ => "",
    };

    static string Quoted(string cell) => cell.AsSpan().ContainsAny(",\"\r\n") ? $"\"{cell.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : cell;

    static byte[] Summary(EvidenceFacts facts)
    {
        Decision decision = facts.Decision;
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, s_indented))
        {
            json.WriteStartObject();
            json.WriteStartObject("decision");
            json.WriteString("predictionId", decision.PredictionId);
            json.WriteString("asset", decision.Asset);
            json.WriteNumber("at", decision.At.UnixNanoseconds);
            json.WriteString("state", FloorWords.Of(decision.State));
            json.WriteString("rung", FloorWords.Of(decision.Rung));
            json.WriteStartArray("reasons");
            foreach (string reason in decision.Reasons)
                json.WriteStringValue(reason);
            json.WriteEndArray();
            json.WriteEndObject();
            json.WriteStartObject("cause");
            json.WriteNumber("frame", decision.Cause.Frame);
            json.WriteNumber("index", decision.Cause.Index);
            json.WriteEndObject();
            json.WriteString("release", facts.Activation.Release);
            json.WriteStartArray("tags");
            foreach (string tag in facts.Tags)
                json.WriteStringValue(tag);
            json.WriteEndArray();
            json.WriteNumber("firstFrame", FirstFrame(facts));
            json.WriteNumber("from", facts.From.UnixNanoseconds);
            json.WriteNumber("to", decision.At.UnixNanoseconds);
            json.WriteStartArray("qualifications");
            foreach (Qualification found in facts.Placed.Select(f => f.Fact).OfType<Qualification>())
                Write(json, found);
            json.WriteEndArray();
            json.WriteEndObject();
        }

        return [.. buffer.WrittenSpan, (byte)'\n'];
    }

    static void Write(Utf8JsonWriter json, Qualification found)
    {
        json.WriteStartObject();
        json.WriteString("role", FloorWords.Of(found.Role));
        json.WriteString("serving", found.Serving.ToString());
        json.WriteString("model", found.Model.ToString());
        json.WriteString("class", found.Class.ToString());
        json.WriteString("sentence", found.Sentence);
        json.WriteStartObject("environment");
        foreach ((string name, string value) in found.Environment.Fields)
            json.WriteString(name, value);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    /// <summary>The first frame of the stretch that is in the pack.</summary>
    public static long FirstFrame(EvidenceFacts facts) => facts.Batches is [{ } first, ..] ? first.Frame : facts.Decision.Cause.Frame;

    static byte[] Utf8(StringBuilder text) => Encoding.UTF8.GetBytes(text.ToString());
}
