using EdgeRuntime.Facts;
using EdgeRuntime.Facts.Canonical;

namespace EdgeRuntime.Fallback.Rules;

/// <summary>The rules at work on one asset: remembers since when each limit has been broken, by event time.</summary>
public sealed class PlantRules
{
    readonly RulesDefinition _definition;
    readonly int[] _columns;
    readonly EventTime?[] _since;

    /// <param name="features">Names of the vector's features in order; a rule for a feature that is not there never fires.</param>
    public PlantRules(RulesDefinition definition, IReadOnlyList<string> features)
    {
        _definition = definition;
        _columns = [.. definition.Rules.Select(r => IndexOf(features, r.Feature))];
        _since = new EventTime?[definition.Rules.Count];
    }

    public int Count => _columns.Length;

    /// <summary>
    /// Shows the rules one vector; gives the rules that now fire, in document order. A feature without a value neither starts nor ends the time of its
    /// rule, and the rule does not fire: it would state as present what nobody sees.
    /// </summary>
    public IReadOnlyList<PlantRule> Look(FeatureVector vector)
    {
        List<PlantRule>? firing = null;
        for (int i = 0; i < _columns.Length; i++)
        {
            if (_columns[i] < 0)
                continue;
            float value = vector.Values[_columns[i]];
            PlantRule rule = _definition.Rules[i];
            if (float.IsNaN(value))
                continue;
            bool beyond = rule.Above is { } above ? value > above : value < rule.Below;
            _since[i] = beyond ? _since[i] ?? vector.At : null;
            if (_since[i] is { } since && vector.At.UnixNanoseconds - since.UnixNanoseconds >= rule.For.Ticks * 100)
                (firing ??= []).Add(rule);
        }

        return firing ?? [];
    }

    /// <summary>True when every rule could be judged on this vector: only then does their silence say anything.</summary>
    public bool CanJudge(FeatureVector vector)
    {
        foreach (int column in _columns)
        {
            if (column < 0 || float.IsNaN(vector.Values[column]))
                return false;
        }

        return _columns.Length > 0;
    }

    public void Save(CanonicalWriter to)
    {
        foreach (EventTime? since in _since)
            to.Optional64(since?.UnixNanoseconds);
    }

    /// <summary>Into rules of the same document that have seen nothing yet.</summary>
    public void Restore(ref CanonicalReader from)
    {
        for (int i = 0; i < _since.Length; i++)
            _since[i] = from.Optional64() is { } since ? new EventTime(since) : null;
    }

    static int IndexOf(IReadOnlyList<string> features, string name)
    {
        for (int i = 0; i < features.Count; i++)
        {
            if (features[i] == name)
                return i;
        }

        return -1;
    }
}
