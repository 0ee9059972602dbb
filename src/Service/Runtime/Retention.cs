using EdgeRuntime.Facts;
using EdgeRuntime.Journal;
using EdgeRuntime.Journal.Retention;

namespace EdgeRuntime.Service.Runtime;

/// <summary>
/// Makes room while the box is tight: thins the oldest sealed units that nothing needs, and where that is not enough empties them. One unit at a time, each
/// with its gaps and who did it as facts. Makes one of the units that have no samples any more, so that the number of files stays flat.
/// </summary>
sealed partial class Retention(JournalStore journal, RetentionPolicy policy, Func<SpaceLevel> level, TimeProvider time, ILogger<Retention> log)
{
    const string Who = "service";

    /// <summary>Facts of one batch: a unit may have thousands of tags, and a frame holds them all or none.</summary>
    const int FactsPerBatch = 200;

    static readonly TimeSpan Every = TimeSpan.FromSeconds(2);

    /// <summary>What is held is read anew this often: it takes a walk over the journal.</summary>
    static readonly TimeSpan HoldsLast = TimeSpan.FromMinutes(10);

    /// <summary>Looked for without need this often: it asks every checkpoint, which are in memory.</summary>
    static readonly TimeSpan MergeEvery = TimeSpan.FromMinutes(10);

    readonly HashSet<long> _notWorthIt = [];
    long? _mergedAt;
    RetentionHolds? _holds;
    IngestTime _heldAt;

    public async Task RunAsync(CancellationToken stop)
    {
        using var timer = new PeriodicTimer(Every, time);
        while (await timer.WaitForNextTickAsync(stop).ConfigureAwait(false))
        {
            SpaceLevel now = level();
            if (now < SpaceLevel.Thinning && !IsMergeDue())
                continue;
            try
            {
                // Reading and writing a unit takes seconds; the clock and the screens share the pool's other threads.
                IReadOnlyList<Fact> said = now < SpaceLevel.Thinning ? [] : await Task.Factory.StartNew(() => Step(now, stop), stop, TaskCreationOptions.LongRunning, TaskScheduler.Default).ConfigureAwait(false);
                foreach (Fact[] part in said.Chunk(FactsPerBatch))
                    await journal.AppendAsync(new FactBatch { Ingest = IngestTime.Now(time), Origin = Origins.Service, Facts = part }).ConfigureAwait(false);
                if (said.Count > 0 || IsMergeDue())
                    await Task.Factory.StartNew(() => Merge(stop), stop, TaskCreationOptions.LongRunning, TaskScheduler.Default).ConfigureAwait(false);
            }
            catch (IOException e) when (journal.Failure is null)
            {
                // The unit stays as it is. With no room even for its smaller copy, people must make some.
                LogNotThinned(e.Message);
            }
            catch (JournalCorruptException e)
            {
                LogNotThinned(e.Message);
            }
        }
    }

    /// <summary>Makes one of neighbouring units without samples as long as there are enough of them. Nothing is lost by it, so nothing is to be stored about it.</summary>
    /// <returns>How many units are fewer.</returns>
    public int Merge(CancellationToken stop)
    {
        _mergedAt = time.GetTimestamp();
        int fewer = 0;
        while (journal.Merge(stop) is { } merged)
            fewer += merged.Units - 1;
        return fewer;
    }

    /// <summary>Units that never had samples are sealed at any time, and a merge may have been refused.</summary>
    bool IsMergeDue() => journal.CanSeal && (_mergedAt is not { } last || time.GetElapsedTime(last) >= MergeEvery);

    /// <summary>Thins or empties one unit.</summary>
    /// <returns>What is to be stored about it; nothing where no unit is left that may be touched.</returns>
    public IReadOnlyList<Fact> Step(SpaceLevel now, CancellationToken stop)
    {
        IngestTime clock = IngestTime.Now(time);
        List<SealedUnit> old = [.. journal.Units.Where(u => u.Samples > 0 && u.LastIngest.UnixNanoseconds < clock.UnixNanoseconds - (policy.KeepRaw.Ticks * 100))];
        if (old.Count == 0)
            return [];
        if (_holds is null || clock.UnixNanoseconds - _heldAt.UnixNanoseconds > HoldsLast.Ticks * 100)
            (_holds, _heldAt) = (RetentionHolds.Of(journal, clock, stop), clock);
        old.RemoveAll(u => _holds.WhyNot(u) is not null);
        foreach (SealedUnit unit in old.Where(u => !u.Thinned && !_notWorthIt.Contains(u.Segment)))
        {
            if (journal.Thin(unit.Segment, all: false, stop) is { } thinned)
                return Said(unit, thinned, GapCause.Thinned, "thin");
            _notWorthIt.Add(unit.Segment);
        }

        return now >= SpaceLevel.Deleting && old is [var oldest, ..] && journal.Thin(oldest.Segment, all: true, stop) is { } emptied
            ? Said(oldest, emptied, GapCause.Deleted, "delete-raw")
            : [];
    }

    List<Fact> Said(SealedUnit unit, ThinReport report, GapCause cause, string action)
    {
        string why = FormattableString.Invariant($"Room is tight: {report.Values} of {unit.Samples} raw samples of frames {unit.FirstFrame} to {unit.LastFrame} were taken out ({report.BytesFreed} bytes); all facts stay.");
        LogThinned(report.Segment, why);
        List<Fact> said = [new Audit(Who, action, FormattableString.Invariant($"journal:{report.Segment:D10}"), FormattableString.Invariant($"{unit.Samples} samples"), FormattableString.Invariant($"{report.Kept} samples"), why)];
        // To: the first moment with data again, which is at the earliest one nanosecond behind the last that is gone.
        said.AddRange(report.Taken.Select(t => new Gap(t.Source, t.Tag, t.From, new EventTime(t.To.UnixNanoseconds + 1), cause, t.Values)));
        return said;
    }

    [LoggerMessage(EventId = 7130, Level = LogLevel.Information, Message = "Journal unit {Segment}: {Sentence}")]
    partial void LogThinned(long segment, string sentence);

    [LoggerMessage(EventId = 7131, Level = LogLevel.Warning, Message = "No room was made in the journal: {Sentence}")]
    partial void LogNotThinned(string sentence);
}
