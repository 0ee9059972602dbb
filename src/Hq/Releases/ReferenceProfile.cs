using System.Globalization;
using System.Text.Json;
using EdgeRuntime.Facts;
using EdgeRuntime.Hq.Training;

namespace EdgeRuntime.Hq.Releases;

/// <summary>
/// How the normal rows were distributed, feature by feature, and the score that the model gave them: what a site compares its own days with to see a drift. <c>profile.json</c>, version 1:
/// <c>edges</c> rise, n of them make n + 1 bins, bin k holds what is above edge k-1 and at most edge k; <c>shares</c> sum to 1. Edges are tenths of the normal rows where values
/// differ enough; a feature that stands still has one edge.
/// </summary>
sealed record ReferenceProfile(int Rows, EventTime From, EventTime To, IReadOnlyList<ReferenceBins> Features, ReferenceBins Score)
{
    const int Version = 1;

    /// <param name="scores">Of normal rows, where possible while they were held out.</param>
    internal static ReferenceProfile Of(FeatureMatrix normal, IReadOnlyList<double> scores) => new(
        normal.Rows.Count, normal.Times.Min(), normal.Times.Max(),
        [.. normal.Columns.Select((column, j) => ReferenceBins.Of(column.Name, column.Unit, [.. normal.Rows.Select(row => row[j])]))],
        ReferenceBins.Of("score", "1", [.. scores.Select(score => (float)score)]));

    internal byte[] Write()
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes, new JsonWriterOptions { Indented = true, NewLine = "\n" }))
        {
            json.WriteStartObject();
            json.WriteString("kind", "ReferenceProfile");
            json.WriteNumber("version", Version);
            json.WriteNumber("rows", Rows);
            json.WriteString("from", From.ToString());
            json.WriteString("to", To.ToString());
            json.WriteStartArray("features");
            foreach (ReferenceBins bins in Features)
                bins.Write(json);
            json.WriteEndArray();
            json.WritePropertyName("score");
            Score.Write(json);
            json.WriteEndObject();
        }

        bytes.WriteByte((byte)'\n');
        return bytes.ToArray();
    }
}

/// <summary>How one column of rows was distributed.</summary>
/// <param name="Shares">One more than edges.</param>
sealed record ReferenceBins(string Name, string Unit, IReadOnlyList<float> Edges, IReadOnlyList<double> Shares)
{
    const int Tenths = 10;

    internal static ReferenceBins Of(string name, string unit, float[] values)
    {
        if (values.Length == 0)
            return new ReferenceBins(name, unit, [], [1]);
        float[] sorted = [.. values.Order()];
        float[] edges = [.. Enumerable.Range(1, Tenths - 1).Select(k => sorted[Math.Max(0, (int)((long)sorted.Length * k / Tenths) - 1)]).Distinct()];
        var counts = new int[edges.Length + 1];
        foreach (float value in sorted)
            counts[edges.Count(edge => value > edge)]++;
        return new ReferenceBins(name, unit, edges, [.. counts.Select(c => (double)c / sorted.Length)]);
    }

    internal void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("name", Name);
        json.WriteString("unit", Unit);
        // One line each: a person reads a profile too.
        json.WritePropertyName("edges");
        json.WriteRawValue($"[{string.Join(", ", Edges.Select(e => e.ToString("R", CultureInfo.InvariantCulture)))}]");
        json.WritePropertyName("shares");
        json.WriteRawValue($"[{string.Join(", ", Shares.Select(s => s.ToString("R", CultureInfo.InvariantCulture)))}]");
        json.WriteEndObject();
    }
}
