using EdgeRuntime.Facts;

namespace EdgeRuntime.Telemetry.Gaps;

/// <content>What closed and is written, what is not yet, and what the samples can no longer say.</content>
partial class GapLedger
{
    /// <summary>Closed gaps that stand in no batch of the journal yet, in the order in which they were found.</summary>
    public IEnumerable<Gap> Unwritten => _unwritten.Select(found => found.Gap);

    /// <summary>The next of them behind a key, all closed by one frame, and the key of the batch that holds them; null when there are none.</summary>
    /// <param name="behind">What was written already, though the journal may not have said so.</param>
    public (GapKey Key, IReadOnlyList<Gap> Gaps)? NextUnwritten(GapKey behind, int max)
    {
        FoundGap[] open = [.. _unwritten.SkipWhile(found => found.IsIn(behind)).Take(max)];
        if (open.Length == 0)
            return null;
        FoundGap[] next = [.. open.TakeWhile(found => found.Frame == open[0].Frame)];
        return (new GapKey(next[0].Frame, next[^1].Index + 1), [.. next.Select(found => found.Gap)]);
    }

    /// <summary>What this ledger said in an earlier run, or just now. It counts instead of what was found again: the samples may have become fewer since.</summary>
    void TakeWritten(FactBatch batch)
    {
        if (GapKey.Of(batch.Key.Span) is { } written)
        {
            while (_unwritten.TryPeek(out FoundGap oldest) && oldest.IsIn(written))
                _unwritten.Dequeue();
        }

        foreach (Fact fact in batch.Facts)
        {
            if (fact is Gap gap)
                Count(gap);
        }
    }

    /// <summary>Behind a stretch without samples, whoever speaks speaks for the first time: what was silent and what came back in it nobody can tell.</summary>
    void ForgetTags()
    {
        _tags.Clear();
        _byTag.Clear();
        foreach (SourceWatch source in _sources.Values)
            source.Forget();
    }

    static void SpokeUnheard(SourceWatch source)
    {
        source.Spoke = true;
        if (source.Down is null)
            source.DownSince = null;
    }
}
