using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Xml;
using EdgeRuntime.Facts;

namespace EdgeRuntime.Features.Definition;

/// <summary>
/// The one text of a pipeline, from which its identity is made: JSON without spaces, keys sorted, every default written out, numbers in their
/// shortest form that reads back to the same double, durations in their shortest ISO 8601 form. What does not change a vector (comments, key order,
/// spacing, the file's name) is not in it; everything else is. Each stage has such a text of its own, with what it rests on by digest.
/// </summary>
static class CanonicalForm
{
    /// <summary>Version of the formulas and rules in OPERATORS.md. A formula that gives another last bit is another pipeline.</summary>
    public const int OperatorsVersion = 2;

    static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Of(FeaturePipelineDefinition pipeline) => Text(json =>
    {
        Columns(pipeline, json);
        Clock(pipeline, json);
        Duration("corrections", pipeline.CorrectWithin, json);
        Features(pipeline.Features, json);
        json.WriteString("id", pipeline.Id);
        Duration("idleAfter", pipeline.IdleAfter, json);
        Inputs(pipeline, json);
        json.WriteString("kind", FeaturePipelineDefinition.DocumentKind);
        Duration("lateness", pipeline.Lateness, json);
        json.WriteNumber("operators", OperatorsVersion);
        Sources(pipeline, json);
        json.WriteString("stages", PipelineDocument.StageWords.First(w => w.Value == pipeline.JournalStages).Key);
        Moments(pipeline, json);
        json.WriteString("version", pipeline.Version);
    });

    public static IReadOnlyList<PipelineStage> StagesOf(FeaturePipelineDefinition pipeline)
    {
        var stages = new List<PipelineStage>();
        Add(PipelineStage.Validation, json =>
        {
            Clock(pipeline, json);
            // How far back samples are kept is a matter of which of them are of use, and so taken.
            Duration("corrections", pipeline.CorrectWithin, json);
            Inputs(pipeline, json);
        });
        Add(PipelineStage.Base, json =>
        {
            Features(pipeline.Computed(derived: false), json);
            Duration("idleAfter", pipeline.IdleAfter, json);
            Duration("lateness", pipeline.Lateness, json);
            Sources(pipeline, json);
            Moments(pipeline, json);
        });
        if (pipeline.Computed(derived: true).Any())
            Add(PipelineStage.Derived, json => Features(pipeline.Computed(derived: true), json));
        Add(PipelineStage.Vector, json => Columns(pipeline, json));
        return stages;

        void Add(string name, Action<Utf8JsonWriter> write)
        {
            string text = Text(json =>
            {
                write(json);
                json.WriteNumber("operators", OperatorsVersion);
                json.WriteString("restsOn", stages.Count == 0 ? "" : stages[^1].Version.ToString());
                json.WriteString("stage", name);
            });
            stages.Add(new PipelineStage(name, Digest.Of(Encoding.UTF8.GetBytes(text))));
        }
    }

    static string Text(Action<Utf8JsonWriter> write)
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes, Options))
        {
            json.WriteStartObject();
            write(json);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(bytes.ToArray());
    }

    static void Columns(FeaturePipelineDefinition pipeline, Utf8JsonWriter json)
    {
        json.WriteStartArray("columns");
        foreach (FeatureColumn column in pipeline.Columns)
            json.WriteStringValue(column.Name);
        json.WriteEndArray();
    }

    static void Clock(FeaturePipelineDefinition pipeline, Utf8JsonWriter json)
    {
        json.WriteStartObject("clock");
        Duration("hold", pipeline.Hold, json);
        Duration("jump", pipeline.Jump, json);
        json.WriteEndObject();
    }

    static void Features(IEnumerable<FeatureDefinition> features, Utf8JsonWriter json)
    {
        json.WriteStartArray("features");
        foreach (FeatureDefinition feature in features)
            Write(feature, json);
        json.WriteEndArray();
    }

    static void Inputs(FeaturePipelineDefinition pipeline, Utf8JsonWriter json)
    {
        json.WriteStartArray("inputs");
        foreach (SignalInput input in pipeline.Inputs)
            Write(input, json);
        json.WriteEndArray();
    }

    static void Sources(FeaturePipelineDefinition pipeline, Utf8JsonWriter json)
    {
        json.WriteStartArray("sources");
        foreach (SourceTimeRules source in pipeline.Sources)
        {
            json.WriteStartObject();
            Duration("jump", source.Jump, json);
            Duration("lateness", source.Lateness, json);
            json.WriteString("source", source.Source);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    static void Moments(FeaturePipelineDefinition pipeline, Utf8JsonWriter json)
    {
        json.WriteStartObject("vector");
        if (pipeline.Every is { } every)
            Duration("every", every, json);
        else
            json.WriteString("at", FeaturePipelineDefinition.EachEventTime);
        json.WriteEndObject();
    }

    static void Write(FeatureDefinition feature, Utf8JsonWriter json)
    {
        json.WriteStartObject();
        if (feature.Operator == FeatureOperator.BandEnergy)
            Pair("band", feature.Band, json);
        if (feature.Operator == FeatureOperator.Residual)
        {
            json.WriteStartArray("coefficients");
            foreach (double coefficient in feature.Coefficients)
                json.WriteNumberValue(coefficient + 0.0);
            json.WriteEndArray();
            Number("intercept", feature.Intercept, json);
        }

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
        if (feature.SampleRate is { } rate)
            Number("sampleRate", rate, json);
        if (feature.Operator == FeatureOperator.TimeInState)
            Pair("state", feature.State, json);
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
            Pair("range", (low, high), json);
        if (input.Rate is { } rate)
            Number("rate", rate, json);
        json.WriteString("signal", input.Signal);
        if (input.Stuck is { } stuck)
            Duration("stuck", stuck, json);
        json.WriteString("unit", input.Unit);
        json.WriteEndObject();
    }

    static void Pair(string key, (double Low, double High) pair, Utf8JsonWriter json)
    {
        json.WriteStartArray(key);
        json.WriteNumberValue(pair.Low + 0.0);
        json.WriteNumberValue(pair.High + 0.0);
        json.WriteEndArray();
    }

    // Adding zero turns -0 into 0: they are written differently and mean the same.
    static void Number(string key, double value, Utf8JsonWriter json) => json.WriteNumber(key, value + 0.0);

    static void Duration(string key, TimeSpan value, Utf8JsonWriter json) => json.WriteString(key, XmlConvert.ToString(value));
}
