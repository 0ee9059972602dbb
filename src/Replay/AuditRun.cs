using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using EdgeRuntime.Decisions.Plans;
using EdgeRuntime.Facts;
using EdgeRuntime.Gateway;
using EdgeRuntime.Journal;
using EdgeRuntime.Replay.Determinism;

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

    /// <param name="journal">As for <see cref="ReplayRun.Run"/>; asked once more, to draw the sample.</param>
    /// <param name="stop">Looked at before every batch.</param>
    /// <exception cref="OperationCanceledException">Stopped; nothing was found out.</exception>
    public static AuditRun Run(
        Func<IEnumerable<StoredBatch>> journal,
        IReadOnlyList<JournalDamage> damage,
        IPlanArchive archive,
        ArmLoader arms,
        int sample,
        ulong seed,
        CancellationToken stop,
        Action<long>? progress = null)
    {
        var drawn = new Reservoir<(string Id, long Frame)>(sample, seed);
        var qualified = new QualifiedModels();
        foreach (StoredBatch batch in Until(long.MaxValue))
        {
            qualified.Take(batch);
            if (batch.Batch.Origin != Origins.Engine)
                continue;
            foreach (Fact fact in batch.Batch.Facts)
            {
                if (fact is Decision decision)
                    drawn.Offer((decision.PredictionId, batch.Frame));
            }
        }

        // Behind the newest of the sample nothing is asked for.
        long last = drawn.Kept.Select(d => d.Frame).DefaultIfEmpty(0).Max();
        HashSet<string> ids = [.. drawn.Kept.Select(d => d.Id)];
        Reproduction found = ReplayRun.Run(
            () => Until(last), [.. damage.Where(d => d.Frame < last)], archive, arms, new LiveCalls(withDeadline: false), d => ids.Contains(d.PredictionId), progress, qualified);
        return new AuditRun(found, drawn.Offered, seed);

        IEnumerable<StoredBatch> Until(long frame)
        {
            foreach (StoredBatch batch in journal())
            {
                stop.ThrowIfCancellationRequested();
                if (batch.Frame > frame)
                    yield break;
                yield return batch;
            }
        }
    }
}
