using Microsoft.Extensions.Hosting.Systemd;

namespace EdgeRuntime.Service.Runtime;

/// <summary>Tells systemd that the data path moved: a tick became durable and the engine took it. A timer that only proves that timers run would prove nothing.</summary>
sealed class Watchdog(RuntimeSession session, ISystemdNotifier notifier, TimeProvider time)
{
    const string Interval = "WATCHDOG_USEC";

    static readonly TimeSpan Every = TimeSpan.FromSeconds(4);

    /// <summary>Asks systemd for so much time without a sign: nothing moves while one session ends and the next opens. The next one's first sign ends it.</summary>
    public static void Allow(TimeSpan pause, ISystemdNotifier notifier)
    {
        notifier.Notify(new ServiceState(FormattableString.Invariant($"{Interval}={pause.Ticks / TimeSpan.TicksPerMicrosecond}")));
        notifier.Notify(new ServiceState("WATCHDOG=1"));
    }

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
            if (taken < 0 && Environment.GetEnvironmentVariable(Interval) is { } installed)
                notifier.Notify(new ServiceState($"{Interval}={installed}"));
            taken = session.Loop.Taken;
            notifier.Notify(new ServiceState("WATCHDOG=1"));
        }
    }
}
