using System.Globalization;

namespace EdgeRuntime.Hq.Datasets;

/// <summary>The regime of a recording by the median of one signal: "flow &lt; 60", "60 &lt;= flow &lt; 100".</summary>
/// <param name="Edges">Ascending; n edges make n + 1 regimes.</param>
sealed record RegimeMapping(string Signal, IReadOnlyList<double> Edges)
{
    internal string Of(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Where(v => !double.IsNaN(v)).Order()];
        if (sorted.Length == 0)
            return $"{Signal} unknown";
        double median = sorted[(sorted.Length - 1) / 2];
        int at = Edges.Count(e => median >= e);
        string low = at == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"{Edges[at - 1]} <= ");
        return at == Edges.Count ? string.Create(CultureInfo.InvariantCulture, $"{Signal} >= {Edges[^1]}") : string.Create(CultureInfo.InvariantCulture, $"{low}{Signal} < {Edges[at]}");
    }
}
