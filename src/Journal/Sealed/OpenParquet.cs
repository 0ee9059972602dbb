using System.Collections.Concurrent;

namespace EdgeRuntime.Journal.Sealed;

/// <summary>
/// Keeps what holds native Parquet objects reachable until it is disposed. Left to the garbage collector, their finalisers run in any order, and a
/// native writer whose stream went first ends the whole process with an exception that nothing can catch. So one that is forgotten costs its memory only.
/// </summary>
static class OpenParquet
{
    static readonly ConcurrentDictionary<object, string> s_open = new(ReferenceEqualityComparer.Instance);

    /// <summary>The files that are held now.</summary>
    public static IEnumerable<string> Names => s_open.Values;

    public static void Keep(object holder, string name) => s_open.TryAdd(holder, name);

    public static void LetGo(object holder) => s_open.TryRemove(holder, out _);
}
