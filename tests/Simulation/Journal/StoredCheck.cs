namespace EdgeRuntime.Tests.Simulation.Journal;

/// <summary>
/// Holds what a journal gives back against what was asked of it: nothing acknowledged is lost, nothing is invented or doubled, and the
/// order is that of the calls.
/// </summary>
static class StoredCheck
{
    /// <param name="known">What an earlier read gave: it must stay.</param>
    /// <param name="calls">Appended since, in order.</param>
    /// <param name="acknowledged">How many of the calls were acknowledged; these are the first ones.</param>
    /// <returns>Null, or what is wrong.</returns>
    public static string? Violation(IReadOnlyList<long> known, IReadOnlyList<long> calls, int acknowledged, IReadOnlyList<long> stored)
    {
        if (stored.Count < known.Count + acknowledged)
            return $"{known.Count + acknowledged} batches were acknowledged or read before and {stored.Count} are stored";
        for (int i = 0; i < stored.Count; i++)
        {
            if (i >= known.Count + calls.Count)
                return $"frame {i + 1} holds batch {stored[i]}, and nothing was appended there";
            long asked = i < known.Count ? known[i] : calls[i - known.Count];
            if (stored[i] != asked)
                return $"frame {i + 1} holds batch {stored[i]} and should hold {asked}";
        }

        return null;
    }
}
