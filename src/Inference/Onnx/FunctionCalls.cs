namespace EdgeRuntime.Inference.Onnx;

/// <summary>
/// What a model's own functions come to once they are written out. A function that calls one twice that calls one twice … is a few bytes and more nodes than any
/// machine holds; the runtime would write it out before it asks.
/// </summary>
sealed class FunctionCalls
{
    /// <summary>Far beyond any model for an edge box.</summary>
    internal const long NodesMax = 1_000_000;

    readonly Dictionary<string, List<string>> _functions = new(StringComparer.Ordinal);
    readonly Dictionary<string, long> _counted = new(StringComparer.Ordinal);
    readonly HashSet<string> _open = new(StringComparer.Ordinal);

    internal static string Key(string domain, string name) => $"{OpsetLimits.Plain(domain)}\n{name}";

    /// <summary>What a function's body calls. A second one of the same name adds to the first: either could be the one that is taken.</summary>
    internal void Add(string key, List<string> calls)
    {
        if (_functions.TryGetValue(key, out List<string>? before))
            before.AddRange(calls);
        else
            _functions[key] = calls;
    }

    /// <exception cref="ModelRefusedException">Written out, the graph is too large, or a function calls itself.</exception>
    internal void Check(List<string> graph)
    {
        long nodes = Sum(graph);
        if (nodes > NodesMax)
            throw new ModelRefusedException($"The model's functions come to more than {NodesMax} operators when they are written out; at most that many are loaded.");
    }

    long Sum(List<string> calls)
    {
        long sum = 0;
        foreach (string call in calls)
            sum = Math.Min(NodesMax + 1, sum + Count(call));
        return sum;
    }

    long Count(string key)
    {
        if (!_functions.TryGetValue(key, out List<string>? body))
            return 1;
        if (_counted.TryGetValue(key, out long known))
            return known;
        if (!_open.Add(key) || _open.Count > 64)
            throw new ModelRefusedException($"The model's function '{key.Split('\n')[1]}' calls itself, or calls functions deeper than 64 levels; it could not be written out.");
        long count = Sum(body);
        _open.Remove(key);
        return _counted[key] = count;
    }
}
