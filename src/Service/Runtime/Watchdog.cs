using Microsoft.Extensions.Hosting.Systemd;

namespace EdgeRuntime.Service.Runtime;

/// <summary>Tells systemd that the data path moved: a tick became durable and the engine took it. A timer that only proves that timers run would prove nothing.</summary>
sealed class Watchdog(RuntimeSession session, ISystemdNotifier notifier, TimeProvider time)
{
    static readonly TimeSpan Every = TimeSpan.FromSeconds(4);

    public async Task RunAsync(CancellationToken stop)
    {
        if (!notifier.IsEnabled)
            return;
        long taken = -1;
        using var timer = new PeriodicTimer(Every, time);
        while (await timer.WaitForNextTickAsync(stop).ConfigureAwait(false))
        {
            if (session.Loop.Taken == taken)
                continue;
            taken = session.Loop.Taken;
            notifier.Notify(new ServiceState("WATCHDOG=1"));
        }
    }
}
