using EdgeRuntime.Decisions;
using EdgeRuntime.Decisions.Plans;
using EdgeRuntime.Decisions.States;
using EdgeRuntime.Facts;
using EdgeRuntime.Gateway;
using EdgeRuntime.Journal;

namespace EdgeRuntime.Replay;

/// <summary>What a replay reads: the journal, the archive of plans, and the engine's saved states.</summary>
public sealed record ReplaySource
{
    /// <summary>How many frames the first look back for a decision takes; each further one twice as many.</summary>
    const long LookBackFrames = 4096;

    /// <summary>Samples that are more late than this behind what was decided about already are not looked for behind a state.</summary>
    static readonly TimeSpan LateMax = TimeSpan.FromMinutes(10);

    /// <summary>Everything from a frame on, damage in the place of what is lost.</summary>
    public required Func<long, IEnumerable<JournalEntry>> Entries { get; init; }

    /// <summary>The same, only what is of an origin, without the work that all others take; null: it is picked out of everything.</summary>
    public Func<long, string, IEnumerable<JournalEntry>>? OfOrigin { get; init; }

    /// <summary>The journal is read on a thread of its own while what was read is computed again. Off where live work must not be disturbed.</summary>
    public bool ReadsAhead { get; init; }

    /// <summary>The newest frame.</summary>
    public required Func<long> LastFrame { get; init; }

    public required IPlanArchive Archive { get; init; }

    public required ArmLoader Arms { get; init; }

    /// <summary>Null: a replay begins at the first frame that can be read.</summary>
    public EngineStates? States { get; init; }

    /// <summary>All readable batches from a frame on.</summary>
    public IEnumerable<StoredBatch> Batches(long fromFrame) => BatchesIn(Entries(fromFrame));

    /// <summary>All readable batches of one origin from a frame on.</summary>
    public IEnumerable<StoredBatch> Batches(long fromFrame, string origin) =>
        BatchesIn(OfOrigin?.Invoke(fromFrame, origin) ?? Entries(fromFrame)).Where(b => b.Batch.Origin == origin);

    /// <summary>
    /// The one decision whose id is, or begins with, <paramref name="predictionId"/>; null when there is none or it is shorter than
    /// <see cref="RecordedDecision.DigitsMin"/>. A whole id is looked for from the end, so a recent one is found at once; that a beginning is the only one shows
    /// only when every decision was looked at.
    /// </summary>
    /// <exception cref="AmbiguousIdException">Several ids begin so.</exception>
    public RecordedDecision? Find(string predictionId)
    {
        if (predictionId.Length < RecordedDecision.IdDigits)
            return RecordedDecision.Find(predictionId, Batches(1, Origins.Engine));
        long to = LastFrame();
        for (long frames = LookBackFrames; to > 0; frames *= 2)
        {
            long from = Math.Max(1, to - frames + 1);
            if (RecordedDecision.Find(predictionId, Batches(from, Origins.Engine).TakeWhile(b => b.Frame <= to)) is { } found)
                return found;
            to = from - 1;
        }

        return null;
    }

    /// <summary>
    /// From where on the journal tells everything about a decision and the samples up to <paramref name="back"/> before it, and what was known there: behind the
    /// newest saved state that was taken before them, by all its decisions and by the box's clock, and by what a source may be late besides; the first frame
    /// where there is none.
    /// </summary>
    internal KnownBefore KnownBefore(Decision decision, TimeSpan back)
    {
        Int128 limit = (Int128)decision.At.UnixNanoseconds - ((Int128)(back + LateMax).Ticks * 100);
        foreach (StateHeader state in States?.List() ?? [])
        {
            if (state.AfterFrame >= decision.Cause.Frame || state.NewestMoment is not { } newest || newest.UnixNanoseconds > limit
                || Batches(state.AfterFrame + 1).FirstOrDefault() is not { } next || next.Batch.Ingest.UnixNanoseconds > limit)
                continue;
            try
            {
                (IReadOnlyList<Activation> active, IReadOnlyList<Qualification> qualified) = DecisionEngine.InForceIn(States!.Open(state));
                return new KnownBefore(state.AfterFrame, active, qualified);
            }
            catch (Exception e) when (e is StateRefusedException or FactFormatException)
            {
                // An older one will do, or the first frame: only the way is longer, and a start tells people about damaged states.
            }
        }

        return new KnownBefore(0, [], []);
    }

    static IEnumerable<StoredBatch> BatchesIn(IEnumerable<JournalEntry> entries)
    {
        foreach (JournalEntry entry in entries)
        {
            if (entry.Batch is { } batch)
                yield return batch;
        }
    }
}

/// <param name="Active">What was in force, one for each asset.</param>
/// <param name="Qualified">What was measured of the models, in journal order.</param>
sealed record KnownBefore(long AfterFrame, IReadOnlyList<Activation> Active, IReadOnlyList<Qualification> Qualified);
