namespace EdgeRuntime.Journal;

/// <summary>What a site may set about its journal.</summary>
public sealed record JournalOptions
{
    /// <summary>Bytes of a segment file, a multiple of 4096. 64 MiB unless told.</summary>
    public long SegmentBytes { get; init; } = 64L << 20;

    /// <summary>A commit group is closed once it has this many bytes, even when more input waits. 1 MiB unless told.</summary>
    public int GroupBytesMax { get; init; } = 1 << 20;

    /// <summary>The longest a commit group may gather while input keeps coming; with none waiting it is committed at once. 5 ms unless told.</summary>
    public TimeSpan GatherMax { get; init; } = TimeSpan.FromMilliseconds(5);

    /// <summary>
    /// Where several batches came together before, the writer waits so long for more before it commits: fewer flushes, less CPU and less wear. Zero: it
    /// never waits. 1 ms unless told.
    /// </summary>
    public TimeSpan CommitPause { get; init; } = TimeSpan.FromMilliseconds(1);

    /// <summary>Batches that may wait for the writer; a caller that comes when it is full waits in line. 1024 unless told.</summary>
    public int QueueBatchesMax { get; init; } = 1024;

    /// <summary>Closed segments become sealed Parquet units, where the box has a key to sign them with. True unless told.</summary>
    public bool Seal { get; init; } = true;

    /// <summary>Closed segments that stay as they are, so that what is read most stays hot. 1 unless told.</summary>
    public int SealAfterSegments { get; init; } = 1;

    /// <summary>One sentence for every rule that these options break, with the YAML key.</summary>
    public IEnumerable<string> Violations()
    {
        if (SegmentBytes is < JournalLimits.SegmentBytesMin or > JournalLimits.SegmentBytesMax || SegmentBytes % JournalLimits.SegmentBytesMin != 0)
            yield return $"journal.segmentBytes is {SegmentBytes}; it must be a multiple of {JournalLimits.SegmentBytesMin}, at most {JournalLimits.SegmentBytesMax}.";
        if (GroupBytesMax < 1)
            yield return $"journal.groupBytesMax is {GroupBytesMax}; it must be at least 1.";
        if (GatherMax < TimeSpan.Zero)
            yield return $"journal.gatherMax is {GatherMax}; it must not be negative.";
        if (CommitPause < TimeSpan.Zero)
            yield return $"journal.commitPause is {CommitPause}; it must not be negative.";
        if (QueueBatchesMax < 1)
            yield return $"journal.queueBatchesMax is {QueueBatchesMax}; it must be at least 1.";
        if (SealAfterSegments < 0)
            yield return $"journal.sealAfterSegments is {SealAfterSegments}; it must not be negative.";
    }
}
