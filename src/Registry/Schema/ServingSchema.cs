using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using EdgeRuntime.Registry.Manifest;

namespace EdgeRuntime.Registry.Schema;

/// <summary>
/// What serving.yaml may hold, written from the same words that read it: as JSON Schema (draft 2020-12) for editors and other programs, and as a table for people.
/// The schema describes the format; which of it this version serves, and what must agree with what, <c>edgeruntime check</c> says.
/// </summary>
public static class ServingSchema
{
    const string Id = "https://edgeruntime.dev/schemas/serving/v1";

    static readonly JsonSerializerOptions Options = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, NewLine = "\n" };

    /// <summary>The JSON Schema, the same text always.</summary>
    public static string Json()
    {
        JsonObject schema = Of(ManifestReader.Describe());
        var whole = new JsonObject
        {
            ["$schema"] = "https://json-schema.org/draft/2020-12/schema",
            ["$id"] = Id,
            ["title"] = "serving.yaml of EdgeRuntime",
        };
        foreach ((string key, JsonNode? value) in schema.ToArray())
        {
            schema.Remove(key);
            whole[key] = value;
        }

        return whole.ToJsonString(Options) + "\n";
    }

    /// <summary>Every key as a Markdown table: type, whether it must be there, what becomes of it, what it means.</summary>
    public static string Table()
    {
        var text = new StringBuilder("| Key | Type | Needed | What becomes of it | Meaning |\n|---|---|---|---|---|\n");
        Rows(ManifestReader.Describe(), "", text);
        return text.ToString();
    }

    static JsonObject Of(SectionShape section)
    {
        var properties = new JsonObject();
        foreach (KeyShape key in section.Keys)
            properties[key.Key] = Of(key);
        var schema = new JsonObject { ["type"] = "object", ["properties"] = properties };
        string[] required = [.. section.Keys.Where(k => k.Required).Select(k => k.Key)];
        if (required.Length > 0)
            schema["required"] = new JsonArray([.. required.Select(r => (JsonNode)r)]);
        schema["additionalProperties"] = section.AnyKey?.DeepClone() ?? false;
        return schema;
    }

    static JsonObject Of(KeyShape key)
    {
        JsonObject inside = key.Inside switch
        {
            [] => (JsonObject)key.Schema.DeepClone(),
            [var one] => Of(one),
            var several => new JsonObject { ["oneOf"] = new JsonArray([.. several.Select(Of)]) },
        };
        JsonObject schema = key.Nesting == Nesting.List ? new JsonObject { ["type"] = "array", ["items"] = inside } : inside;
        schema["description"] = $"{key.Says} ({key.Duty})";
        return schema;
    }

    static void Rows(SectionShape section, string path, StringBuilder text)
    {
        foreach (KeyShape key in section.Keys)
        {
            string name = path + key.Key;
            text.Append("| `").Append(name).Append("` | ").Append(key.Kind).Append(" | ").Append(key.Required ? "yes" : "").Append(" | ").Append(key.Duty).Append(" | ").Append(key.Says).Append(" |\n");
            foreach (SectionShape inside in key.Inside)
            {
                string word = key.Inside.Count > 1 ? $"({inside.Keys[0].Kind})" : "";
                Rows(key.Inside.Count > 1 ? Without(inside) : inside, name + (key.Nesting == Nesting.List ? $"[]{word}." : "."), text);
            }
        }
    }

    /// <summary>The kind itself is in the name of the row.</summary>
    static SectionShape Without(SectionShape kind)
    {
        var rest = new SectionShape();
        foreach (KeyShape key in kind.Keys.Skip(1))
            rest.Add(key);
        return rest;
    }
}
