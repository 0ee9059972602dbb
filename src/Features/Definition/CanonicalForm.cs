using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Xml;

namespace EdgeRuntime.Features.Definition;

/// <summary>
/// The one text of a pipeline, from which its identity is made: JSON without spaces, keys sorted, every default written out, numbers in their
/// shortest form that reads back to the same double, durations in their shortest ISO 8601 form. What does not change a vector (comments, key order,
/// spacing, the file's name) is not in it; everything else is.
/// </summary>
static class CanonicalForm
{
    /// <summary>Version of the formulas in OPERATORS.md. A formula that gives another last bit is another pipeline.</summary>
    public const int OperatorsVersion = 1;

    static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Of(FeaturePipelineDefinition pipeline)
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes, Options))
        {
            json.WriteStartObject();
            json.WriteStartArray("columns");
            foreach (FeatureColumn column in pipeline.Columns)
                json.WriteStringValue(column.Name);
            json.WriteEndArray();
            json.WriteStartArray("features");
            foreach (FeatureDefinition feature in pipeline.Features)
                Write(feature, json);
            json.WriteEndArray();
            json.WriteString("id", pipeline.Id);
            Duration("idleAfter", pipeline.IdleAfter, json);
            json.WriteStartArray("inputs");
            foreach (SignalInput input in pipeline.Inputs)
                Write(input, json);
            json.WriteEndArray();
            json.WriteString("kind", FeaturePipelineDefinition.DocumentKind);
            Duration("lateness", pipeline.Lateness, json);
            json.WriteNumber("operators", OperatorsVersion);
            json.WriteStartObject("vector");
            if (pipeline.Every is { } every)
                Duration("every", every, json);
            else
                json.WriteString("at", FeaturePipelineDefinition.EachEventTime);
            json.WriteEndObject();
            json.WriteString("version", pipeline.Version);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(bytes.ToArray());
    }

    static void Write(FeatureDefinition feature, Utf8JsonWriter json)
    {
        json.WriteStartObject();
        if (feature.Operator == FeatureOperator.Lag)
            Duration("lag", feature.Lag, json);
        if (feature.Operator == FeatureOperator.ZScore)
            Number("mean", feature.Mean, json);
        json.WriteString("name", feature.Name);
        json.WriteStartArray("of");
        foreach (string source in feature.Of)
            json.WriteStringValue(source);
        json.WriteEndArray();
        json.WriteString("op", feature.Operator.Name());
        if (feature.Operator == FeatureOperator.ZScore)
            Number("std", feature.Std, json);
        if (feature.Operator == FeatureOperator.Ewma)
            Duration("timeConstant", feature.TimeConstant, json);
        if (feature.Operator.HasWindow())
            Duration("window", feature.Window, json);
        json.WriteEndObject();
    }

    static void Write(SignalInput input, Utf8JsonWriter json)
    {
        json.WriteStartObject();
        if (input.MaxAge is { } maxAge)
            Duration("maxAge", maxAge, json);
        if (input is { Low: { } low, High: { } high })
        {
            json.WriteStartArray("range");
            json.WriteNumberValue(low + 0.0);
            json.WriteNumberValue(high + 0.0);
            json.WriteEndArray();
        }

        if (input.Rate is { } rate)
            Number("rate", rate, json);
        json.WriteString("signal", input.Signal);
        if (input.Stuck is { } stuck)
            Duration("stuck", stuck, json);
        json.WriteString("unit", input.Unit);
        json.WriteEndObject();
    }

    // Adding zero turns -0 into 0: they are written differently and mean the same.
    static void Number(string key, double value, Utf8JsonWriter json) => json.WriteNumber(key, value + 0.0);

    static void Duration(string key, TimeSpan value, Utf8JsonWriter json) => json.WriteString(key, XmlConvert.ToString(value));
}
