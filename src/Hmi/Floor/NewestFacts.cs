using EdgeRuntime.Facts;

namespace EdgeRuntime.Hmi.Floor;

/// <summary>The newest facts of one kind, at most <see cref="FactsMax"/>, and how many there were.</summary>
sealed class NewestFacts<T>
    where T : Fact
{
    internal const int FactsMax = 50;

    readonly LinkedList<Recorded<T>> _facts = new();

    internal void Add(Recorded<T> fact)
    {
        _facts.AddFirst(fact);
        if (_facts.Count > FactsMax)
            _facts.RemoveLast();
    }

    internal IReadOnlyList<Recorded<T>> NewestFirst() => [.. _facts];
}
