namespace EdgeRuntime.Features.Definition;

/// <summary>An order of computation in which every feature comes after what it is made of: the document's order, corrected only where it must be.</summary>
static class FeatureOrder
{
    /// <summary>The features that <paramref name="wanted"/> needs, ready to be computed one after the other.</summary>
    /// <param name="cycle">The names along the first cycle, its first name again at the end; empty when there is none.</param>
    public static IReadOnlyList<FeatureDefinition> Of(
        IEnumerable<string> wanted, IReadOnlyDictionary<string, FeatureDefinition> features, out IReadOnlyList<string> cycle)
    {
        var order = new List<FeatureDefinition>();
        var done = new HashSet<string>(StringComparer.Ordinal);
        var path = new List<string>();
        foreach (string name in wanted)
        {
            if (!Visit(name))
            {
                int start = path.IndexOf(path[^1]);
                cycle = path[start..];
                return [];
            }
        }

        cycle = [];
        return order;

        bool Visit(string name)
        {
            if (done.Contains(name) || !features.TryGetValue(name, out FeatureDefinition? feature))
                return true;
            bool again = path.Contains(name);
            path.Add(name);
            if (again)
                return false;
            if (feature.Operator.IsDerived())
            {
                foreach (string source in feature.Of)
                {
                    if (!Visit(source))
                        return false;
                }
            }

            path.RemoveAt(path.Count - 1);
            done.Add(name);
            order.Add(feature);
            return true;
        }
    }
}
