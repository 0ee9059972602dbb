using System.Threading.Channels;
using EdgeRuntime.Decisions.Plans;
using EdgeRuntime.Decisions.States;
using EdgeRuntime.Facts;
using EdgeRuntime.Gateway;
using EdgeRuntime.Journal;
using EdgeRuntime.Replay;

namespace EdgeRuntime.Service.Runtime;

/// <summary>
/// Once a day of journal time the box computes a random sample of its past decisions again, on an engine of its own and below everything that decides, and
/// writes what it found. The day seeds the sample, so that anyone can draw the same one.
/// </summary>
/// <param name="states">An audit begins behind the newest before its sample; null: at the first frame.</param>
/// <param name="at">Time of day, UTC.</param>
/// <param name="sample">How many decisions; 0 for no audit.</param>
/// <param name="last">When the last audit was written, or when the journal began; null for a journal that begins now.</param>
sealed partial class SelfAudit(
    IJournal journal, IPlanArchive archive, ArmLoader arms, EngineStates? states, TimeSpan at, int sample, IngestTime? last, TimeProvider time, ILogger<SelfAudit> log)
{
    /// <summary>The rule that its findings carry.</summary>
    public const string Rule = "self-audit";

    const long NanosecondsPerDay = 86_400_000_000_000;

    readonly Channel<IngestTime> _due = Channel.CreateBounded<IngestTime>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropOldest });
    long? _next = last is { } before ? After(before, at) : null;

    /// <summary>The box's clock moved on; never waits.</summary>
    public void Tick(IngestTime now)
    {
        if (sample == 0)
            return;
        _next ??= After(now, at);
        if (now.UnixNanoseconds < _next)
            return;
        _next = After(now, at);
        _due.Writer.TryWrite(now);
    }

    /// <summary>Audits whenever it is due, until it is stopped; an audit that is under way then says nothing.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        await foreach (IngestTime due in _due.Reader.ReadAllAsync(stop).ConfigureAwait(false))
        {
            Finding? finding = await QuietThread.Run("self-audit", () => Audit(due, stop)).ConfigureAwait(false);
            if (finding is null)
                continue;
            await journal.AppendAsync(new FactBatch { Ingest = IngestTime.Now(time), Origin = Origins.Service, Facts = [finding] }).ConfigureAwait(false);
            LogAudited(finding.Sentence);
        }
    }

    /// <summary>Null when there is no decision to compute again yet.</summary>
    internal Finding? Audit(IngestTime now, CancellationToken stop)
    {
        string day = now.ToString()[..10];
        try
        {
            var source = new ReplaySource
            {
                Entries = from => journal.Read(from).Select(b => new JournalEntry(b, null)),
                LastFrame = () => journal.LastFrame,
                Archive = archive,
                Arms = arms,
                States = states,
            };
            AuditRun audit = AuditRun.Run(source, sample, AuditRun.SeedOf(day), stop);
            return audit.Decisions == 0 ? null : Said(day, audit.Found.Different == 0 ? FindingPriority.Low : FindingPriority.High, audit.Sentence);
        }
        catch (JournalCorruptException e)
        {
            return Said(day, FindingPriority.High, $"The audit ended at damage: {e.Message} Run 'edgeruntime verify'.");
        }
    }

    static Finding Said(string day, FindingPriority priority, string sentence) => new(FindingLayer.Runtime, priority, $"audit:{day}", Rule, sentence);

    /// <summary>The first moment of that time of day after <paramref name="moment"/>.</summary>
    static long After(IngestTime moment, TimeSpan at)
    {
        long midnight = Math.DivRem(moment.UnixNanoseconds, NanosecondsPerDay).Quotient * NanosecondsPerDay;
        long today = midnight + (at.Ticks * 100);
        return today > moment.UnixNanoseconds ? today : today + NanosecondsPerDay;
    }
}
