using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using EdgeRuntime.Facts;
using EdgeRuntime.Gateway;
using EdgeRuntime.Journal;

namespace EdgeRuntime.Replay;

/// <summary>What an audit found: a random sample of past decisions computed again.</summary>
/// <param name="Decisions">All decisions that the sample was drawn from.</param>
/// <param name="Seed">The same seed over the same journal draws the same sample.</param>
public sealed record AuditRun(Reproduction Found, long Decisions, ulong Seed)
{
    /// <summary>One plain sentence for the journal and the screen, with the first difference.</summary>
    public string Sentence => string.Create(
        CultureInfo.InvariantCulture,
        $"{Found.Checked} of {Decisions} decisions (seed {Seed}) were computed again: {Found.Identical} identical")
        + (Found.WithinTolerance == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $", {Found.WithinTolerance} within the tolerance of their model"))
        + (Found.Differences is [{ } first, ..]
            ? string.Create(CultureInfo.InvariantCulture, $", {Found.Different} different; the first is {first.PredictionId} ({first.Asset} at {first.At}), stage {first.Stage}: {first.Sentence}")
            : ".");

    /// <summary>A seed from words, the same everywhere.</summary>
    public static ulong SeedOf(string words) => BinaryPrimitives.ReadUInt64LittleEndian(Digest.Of(Encoding.UTF8.GetBytes(words)).ToBytes());

    /// <param name="stop">Looked at before every batch.</param>
    /// <param name="progress">Told the frame that was last taken, now and then.</param>
    /// <exception cref="OperationCanceledException">Stopped; nothing was found out.</exception>
    public static AuditRun Run(ReplaySource source, int sample, ulong seed, CancellationToken stop, Action<long>? progress = null)
    {
        // What is appended meanwhile is for the next audit: the sample must not depend on how long this one takes.
        long newest = source.LastFrame();
        ReplaySource stoppable = source with
        {
            Entries = from => Until(source.Entries(from), newest, stop),
            OfOrigin = source.OfOrigin is { } some ? (from, origin) => Until(some(from, origin), newest, stop) : null,
        };
        var drawn = new Reservoir<Decision>(sample, seed);
        foreach (StoredBatch batch in stoppable.Batches(1, Origins.Engine))
        {
            foreach (Fact fact in batch.Batch.Facts)
            {
                if (fact is Decision decision)
                    drawn.Offer(decision);
            }
        }

        Reproduction found = ReplayRun.Run(stoppable, ReplayScope.These(drawn.Kept), new LiveCalls(withDeadline: false), progress);
        return new AuditRun(found, drawn.Offered, seed);
    }

    static IEnumerable<JournalEntry> Until(IEnumerable<JournalEntry> entries, long newest, CancellationToken stop)
    {
        foreach (JournalEntry entry in entries)
        {
            stop.ThrowIfCancellationRequested();
            if (entry.Batch?.Frame > newest)
                yield break;
            yield return entry;
        }
    }
}
