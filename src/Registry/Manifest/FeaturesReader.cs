using EdgeRuntime.Registry.Schema;

namespace EdgeRuntime.Registry.Manifest;

/// <summary>The section <c>features</c>, and that the model's input is its columns.</summary>
static class FeaturesReader
{
    const string ByPipeline = "the pipeline's own document says that, and its digest is above";

    internal static FeaturesSection Read(Section features, ModelSection model)
    {
        long? schema = features.OptionalInteger("schemaVersion", Duty.Of("Registry"), "Version of the vector.", 0);
        Section pipeline = features.Inner("pipeline", Duty.Of("Decisions"), "The feature pipeline that made the training set; the box's own must be the same.");
        string id = pipeline.Text("id", Duty.Of("Decisions"), "Its id."), version = pipeline.Text("version", Duty.Of("Decisions"), "Its version.");
        Facts.Digest sha256 = pipeline.Sha256("sha256", Duty.Of("Decisions"), "SHA-256 of its canonical form.");
        TimeSpan? length = null, step = null, maxAge = null;
        if (features.OptionalInner("window", Duty.Of("Gateway"), "How far a vector looks back.") is { } window)
        {
            length = window.OptionalDuration("length", Duty.Told, $"Length of the window; {ByPipeline}.", aboveZero: true);
            step = window.OptionalDuration("step", Duty.Told, $"Time between two vectors; {ByPipeline}.", aboveZero: true);
            maxAge = window.OptionalDuration("maxAge", Duty.Of("Gateway"), "The oldest input that the model is asked about.", aboveZero: true);
        }

        var section = new FeaturesSection(id, version, sha256, maxAge, Columns(features)) { SchemaVersion = schema, WindowLength = length, WindowStep = step };
        CheckInput(features, section, model);
        return section;
    }

    static List<ColumnSpec> Columns(Section features)
    {
        var columns = new List<ColumnSpec>();
        foreach (Section entry in features.List("columns", true, Duty.Of("Decisions"), "The features, in the order of the model's input."))
        {
            string name = entry.Text("name", Duty.Of("Decisions"), "Name of the feature.");
            string dtype = entry.ServedChoice("dtype", false, ["float32", "float64", "int64", "bool"], Duty.Of("Decisions"), "Type; float32 unless given.");
            string unit = entry.TextOr("unit", "", Duty.Of("Decisions"), "Its unit.");
            string source = entry.TextOr("source", "", Duty.Told, $"Where it comes from; {ByPipeline}.");
            string aggregation = entry.TextOr("agg", "", Duty.Told, $"How samples become it; {ByPipeline}.");
            (double? low, double? high) = entry.Range("range", Duty.CarriedFor("Monitoring"), "Where its values lie.");
            if (entry.FlagOr("nullable", false, Duty.RefusedFor(ServingFeatures.Missing), "The model takes a vector without it."))
                ServingFeatures.Refuse(entry, "nullable", ServingFeatures.Missing, "a gap makes the next rung of the ladder answer, so write false or leave it out.");
            if (entry.TextOr("onMissing", "", Duty.RefusedFor(ServingFeatures.Missing), "What stands in for a gap.").Length > 0)
                ServingFeatures.Refuse(entry, "onMissing", ServingFeatures.Missing, "state it in the pipeline instead.");
            if (name.Length > 0 && columns.Exists(c => c.Name == name))
                entry.Violate("name", $"is '{name}' a second time.");
            columns.Add(new ColumnSpec(name, dtype, unit) { Source = source, Aggregation = aggregation, Low = low, High = high });
        }

        if (columns.Count == 0)
            features.Violate("columns", "is missing; it lists the features in the order of the model's input.");
        return columns;
    }

    /// <summary>The last dimension of the only input is the number of columns; a model that takes more or fewer was trained on something else.</summary>
    static void CheckInput(Section features, FeaturesSection section, ModelSection model)
    {
        if (model.Inputs is [{ Shape.Count: > 0 } input] && ModelReader.Whole(input.Shape[^1]) is { } width && width != section.Columns.Count && section.Columns.Count > 0)
            features.Violate("columns", FormattableString.Invariant($"lists {section.Columns.Count} features, but the model's input '{input.Name}' takes {width}."));
    }
}
