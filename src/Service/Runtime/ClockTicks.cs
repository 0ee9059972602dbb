using EdgeRuntime.Facts;
using EdgeRuntime.Journal;

namespace EdgeRuntime.Service.Runtime;

/// <summary>
/// Writes the box's clock into the journal once a second, so that whatever needs time reads it there and a replay needs no clock. While
/// <paramref name="isSparse"/> says so only every tenth is written: the last room belongs to labels and audit.
/// </summary>
/// <param name="told">Told each tick that is in the journal, whatever it means to others; must not wait.</param>
sealed class ClockTicks(IJournal journal, TimeProvider time, Action<IngestTime>? told = null, Func<bool>? isSparse = null)
{
    const int SparseEvery = 10;
    static readonly TimeSpan Every = TimeSpan.FromSeconds(1);

    public async Task RunAsync(CancellationToken stop)
    {
        using var timer = new PeriodicTimer(Every, time);
        for (int tick = 1; await timer.WaitForNextTickAsync(stop).ConfigureAwait(false); tick++)
        {
            if (isSparse?.Invoke() == true && tick % SparseEvery != 0)
                continue;
            IngestTime now = IngestTime.Now(time);
            await journal.AppendAsync(new FactBatch { Ingest = now, Origin = Origins.Clock, Facts = [new Tick(now)] }).ConfigureAwait(false);
            told?.Invoke(now);
        }
    }
}
