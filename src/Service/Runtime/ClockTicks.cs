using EdgeRuntime.Facts;
using EdgeRuntime.Journal;

namespace EdgeRuntime.Service.Runtime;

/// <summary>Writes the box's clock into the journal once a second, so that whatever needs time reads it there and a replay needs no clock.</summary>
/// <param name="told">Told each tick that is in the journal, whatever it means to others; must not wait.</param>
sealed class ClockTicks(IJournal journal, TimeProvider time, Action<IngestTime>? told = null)
{
    static readonly TimeSpan Every = TimeSpan.FromSeconds(1);

    public async Task RunAsync(CancellationToken stop)
    {
        using var timer = new PeriodicTimer(Every, time);
        while (await timer.WaitForNextTickAsync(stop).ConfigureAwait(false))
        {
            IngestTime now = IngestTime.Now(time);
            await journal.AppendAsync(new FactBatch { Ingest = now, Origin = Origins.Clock, Facts = [new Tick(now)] }).ConfigureAwait(false);
            told?.Invoke(now);
        }
    }
}
