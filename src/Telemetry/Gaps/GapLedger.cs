using EdgeRuntime.Facts;
using EdgeRuntime.Settings.Site;

namespace EdgeRuntime.Telemetry.Gaps;

/// <summary>
/// Finds what is missing, per tag and source, and why. A function of the journal's batches in their order and of the tag documents that they name: no clock, no
/// configuration, so after a restart it is brought back by a saved state and the batches behind it, or by all of them, and finds the same gaps at the same frames.
/// Memory is bounded by the number of tags. Not safe for several threads.
/// </summary>
/// <remarks>
/// What closed is what was written about it: a batch of <see cref="Origins.Gaps"/> stands for what this ledger found in the frames that its key names. So a
/// stretch of which samples were taken out gives the gaps that were found in it when they were there, and no others.
/// Intervals are event time, except where the box was off: that begins by the box's own clock, the only one that knows. A tag has one explanation at a time:
/// an outage of its source, or of the box, ends what was open before, and silence counts only from where the outage ended.
/// </remarks>
/// <param name="tags">A <c>tags.yaml</c> by digest; null when it is not kept any more: the periods stay as they were.</param>
/// <param name="inputAt">An arrival by its frame, for a verdict of the engine that comes late; null when it cannot be read any more.</param>
public sealed partial class GapLedger(Func<Digest, TagCatalogue?> tags, Func<long, FactBatch?> inputAt)
{
    /// <summary>Closed gaps that <see cref="Look"/> still knows one by one.</summary>
    public const int ClosedMax = 10_000;

    /// <summary>Tags that are watched.</summary>
    public const int TagsMax = 100_000;

    /// <summary>Values that must be missing before silence is a gap: one is jitter, two are a lost message.</summary>
    const int PeriodsMax = 3;

    /// <summary>Where a tag promises no period, a longer pause than this is more than what was on its way when the line went down.</summary>
    static readonly long StragglerNanoseconds = Nanoseconds(TimeSpan.FromSeconds(5));

    /// <summary>Values that are older than this when the box comes back are history (a file), not a backlog: their clock says nothing of the box.</summary>
    static readonly long BacklogNanoseconds = Nanoseconds(TimeSpan.FromHours(1));

    /// <summary>As validation does: further ahead of the box than a day is no time.</summary>
    static readonly long AheadNanoseconds = Nanoseconds(TimeSpan.FromDays(1));

    /// <summary>2000-01-01: before it lies only the 1970 of a dead battery.</summary>
    const long EarliestNanoseconds = 946_684_800_000_000_000;

    static readonly Dictionary<int, SampleFault> Nothing = [];

    readonly SortedDictionary<string, TagWatch> _tags = new(StringComparer.Ordinal);
    readonly Dictionary<string, TagWatch> _byTag = new(StringComparer.Ordinal);
    readonly SortedDictionary<string, SourceWatch> _sources = new(StringComparer.Ordinal);
    readonly SortedDictionary<string, long> _refused = new(StringComparer.Ordinal);
    readonly Dictionary<(string Source, string Tag, GapCause Cause), GapTotal> _totals = [];
    readonly Queue<Gap> _newest = new();
    readonly UnjudgedInputs _unjudged = new();
    readonly HashSet<string> _unwatched = new(StringComparer.Ordinal);
    readonly Queue<FoundGap> _unwritten = new();
    // Null for none, as almost always: a batch without a gap allocates nothing here.
    List<Gap>? _closed;
    TagCatalogue? _catalogue;
    Digest _catalogueDigest;
    SamplesLeft _left;
    IngestTime? _before;
    long _stored;
    long _frame;
    int _numbers;

    /// <summary>Takes the next batch and gives the gaps that it closed, in an order that is the same in every run.</summary>
    /// <param name="taken">Samples of this batch that are not in it any more.</param>
    /// <param name="left">What is left of the samples around it. Unless all, it gives no gap: what closed here was written when it was whole.</param>
    public IReadOnlyList<Gap> Take(long frame, FactBatch batch, int taken = 0, SamplesLeft left = SamplesLeft.All)
    {
        _closed = null;
        if (left == SamplesLeft.Nothing && _left != SamplesLeft.Nothing)
            ForgetTags();
        _left = left;
        switch (batch.Origin)
        {
            case Origins.Engine:
                TakeVerdict(batch);
                break;
            case Origins.Gaps:
                TakeWritten(batch);
                break;
            case Origins.Clock or Origins.Shadow:
                break;
            case Origins.Service:
                foreach (Fact fact in batch.Facts)
                    TakeWord(fact, batch.Ingest);
                break;
            default:
                TakeArrival(frame, batch, taken);
                break;
        }

        while (_unjudged.TryTakeOverdue(batch.Ingest, out FactBatch? overdue))
            Judge(overdue, Nothing);
        _before = batch.Ingest;
        _frame = frame;
        if (_closed is null)
            return [];
        for (int i = 0; i < _closed.Count; i++)
            _unwritten.Enqueue(new FoundGap(frame, i, _closed[i]));
        return _closed;
    }

    public GapView Look() => new(
        _frame,
        new IntakeAccount(_stored, new SortedDictionary<string, long>(_refused, StringComparer.Ordinal)),
        [.. OpenGaps().OrderBy(g => g.Source, StringComparer.Ordinal).ThenBy(g => g.Tag, StringComparer.Ordinal).ThenBy(g => g.Cause)],
        [.. _newest.Concat(_unwritten.Select(g => g.Gap)).TakeLast(ClosedMax)],
        [.. Totals().OrderBy(t => t.Source, StringComparer.Ordinal).ThenBy(t => t.Tag, StringComparer.Ordinal).ThenBy(t => t.Cause)],
        _unwatched.Count);

    IEnumerable<OpenGap> OpenGaps()
    {
        foreach (SourceWatch source in _sources.Values)
        {
            if (source.DownSince is { } down)
                yield return new OpenGap(source.Name, "", down, source.DownCause, 0);
            if (source.Refused is { } refused)
                yield return new OpenGap(source.Name, "", refused.From, refused.Cause, refused.Values);
        }

        foreach (TagWatch tag in _tags.Values)
        {
            if (tag.OffSince is { } off)
                yield return new OpenGap(tag.Source, tag.Tag, off, GapCause.BoxOff, 0);
            if (tag.SilentSince is { } silent)
                yield return new OpenGap(tag.Source, tag.Tag, silent, GapCause.Unknown, 0);
            if (tag.Faults is { } faults)
                yield return new OpenGap(tag.Source, tag.Tag, faults.From, faults.Cause, faults.Values);
        }
    }

    void TakeWord(Fact fact, IngestTime now)
    {
        switch (fact)
        {
            case Audit { Action: "start", Subject: "edgeruntime" }:
                BoxStarted();
                break;
            case Audit { Action: "document", Subject: "tags.yaml" } document when Digest.TryParse(document.After, out Digest digest):
                TagsChanged(digest);
                break;
            case ModeChange change when SourceWords.SourceOf(change) is { } name:
                SourceChanged(SourceOf(name), change, now);
                break;
            case Gap gap:
                // Found by somebody else: thinned, deleted, an overflow in a server.
                Count(gap);
                break;
            default:
                break;
        }
    }

    void BoxStarted()
    {
        if (_before is not { } before)
            return;
        var end = new EventTime(before.UnixNanoseconds);
        foreach (SourceWatch source in _sources.Values)
        {
            if (source.DownSince is { } down && end > down)
                Close(new Gap(source.Name, "", down, end, source.DownCause, 0));
            (source.Down, source.DownSince) = (null, null);
            if (source.Refused is { } refused)
                Close(refused.EndedAt(end, source.Name, ""));
            source.Refused = null;
        }

        foreach (TagWatch tag in _tags.Values)
        {
            EndAt(tag, end);
            tag.OffSince ??= end;
        }
    }

    void TagsChanged(Digest digest)
    {
        if (tags(digest) is not { } catalogue)
            return;
        (_catalogue, _catalogueDigest) = (catalogue, digest);
        foreach (SourceWatch source in _sources.Values)
        {
            source.Alarms.Clear();
            source.ShortestPeriod = 0;
        }

        foreach (TagWatch tag in _tags.Values.ToArray())
        {
            SourceWatch? source = _sources.GetValueOrDefault(tag.Source);
            tag.Alarm = null;
            if (catalogue.Find(tag.Tag) is { } contract)
            {
                tag.Period = PeriodOf(contract);
                if (source is not null && tag is { Period: > 0, Last: not null, SilentSince: null })
                    SetAlarm(source, tag);
                continue;
            }

            // Nobody waits for it any more. What was open ends with what its source last said.
            if (source?.Clock is { } clock)
                EndAt(tag, clock);
            _tags.Remove(tag.Tag);
            _byTag.Remove(tag.Tag);
        }
    }

    void EndAt(TagWatch tag, EventTime end)
    {
        if (tag.SilentSince is { } silent && end > silent)
            Close(new Gap(tag.Source, tag.Tag, silent, end, GapCause.Unknown, 0));
        tag.SilentSince = null;
        if (tag.Faults is { } faults)
            Close(faults.EndedAt(end, tag.Source, tag.Tag));
        tag.Faults = null;
    }

    void SourceChanged(SourceWatch source, ModeChange change, IngestTime now)
    {
        source.Down = SourceWords.CauseOf(change.To);
        if (source.Down is not { } cause)
        {
            // Back: unless its values are here already, before the word, the gap stays open until they are. What has given all that it had misses nothing, and what was removed is not waited for.
            var end = new EventTime(now.UnixNanoseconds);
            if (change.To == SourceWords.Removed && source.DownSince is { } down && end > down)
                Close(new Gap(source.Name, "", down, end, source.DownCause, 0));
            if (source.Spoke || change.To is SourceWords.Finished or SourceWords.Removed)
                source.DownSince = null;
            return;
        }

        source.DownCause = cause;
        source.Spoke = false;
        source.DownSince ??= source.Clock ?? new EventTime(now.UnixNanoseconds);
    }

    SourceWatch SourceOf(string name)
    {
        if (!_sources.TryGetValue(name, out SourceWatch? source))
            _sources.Add(name, source = new SourceWatch(name));
        return source;
    }

    TagWatch? TagOf(string tag)
    {
        if (_byTag.TryGetValue(tag, out TagWatch? watch))
            return watch;
        if (_byTag.Count >= TagsMax)
        {
            if (_unwatched.Count < TagsMax)
                _unwatched.Add(tag);
            return null;
        }

        watch = new TagWatch(tag, _numbers++) { Period = _catalogue?.Find(tag) is { } contract ? PeriodOf(contract) : 0 };
        _tags.Add(tag, watch);
        _byTag.Add(tag, watch);
        return watch;
    }

    void Close(Gap gap)
    {
        if ((gap.To == gap.From && gap.Values == 0) || _left != SamplesLeft.All)
            return;
        (_closed ??= []).Add(gap);
    }

    void Count(Gap gap)
    {
        Count(_totals, gap);
        _newest.Enqueue(gap);
        if (_newest.Count > ClosedMax)
            _newest.Dequeue();
    }

    static void Count(Dictionary<(string Source, string Tag, GapCause Cause), GapTotal> totals, Gap gap)
    {
        (string, string, GapCause) key = (gap.Source, gap.Tag, gap.Cause);
        GapTotal total = totals.GetValueOrDefault(key) ?? new GapTotal(gap.Source, gap.Tag, gap.Cause, 0, 0, 0);
        totals[key] = total with
        {
            Gaps = total.Gaps + 1,
            Values = total.Values + gap.Values,
            Nanoseconds = total.Nanoseconds + (gap.To.UnixNanoseconds - gap.From.UnixNanoseconds),
        };
    }

    Dictionary<(string Source, string Tag, GapCause Cause), GapTotal>.ValueCollection Totals()
    {
        if (_unwritten.Count == 0)
            return _totals.Values;
        var totals = new Dictionary<(string Source, string Tag, GapCause Cause), GapTotal>(_totals);
        foreach (FoundGap found in _unwritten)
            Count(totals, found.Gap);
        return totals.Values;
    }

    static long PeriodOf(TagContract contract) => contract.ExpectEvery is { } every ? Nanoseconds(every) : 0;

    static long Nanoseconds(TimeSpan span) => span.Ticks * 100;
}
