using EdgeRuntime.Journal.Disks;
using EdgeRuntime.Service.Backup;

namespace EdgeRuntime.Service.Verbs;

/// <summary>
/// A restore in the place of what a box has, from the side of the one who asks: stages the copy, then either waits until the running service has made the swap, or makes it
/// where no service runs.
/// </summary>
sealed class RestoreInto(string data, IDisk disk, TimeProvider time)
{
    /// <summary>A session that ends takes what is stored (10 s at most), and the next one reads what the backup has.</summary>
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    static readonly TimeSpan Every = TimeSpan.FromMilliseconds(250);

    /// <summary>Between two sessions of a running service nobody has the journal; only after so many looks in a row is it taken for stopped.</summary>
    const int FreeLooks = 40;

    /// <exception cref="VerbRefusedException">It was not made; the sentence says why, and nothing has changed.</exception>
    public async Task<RestorePlan> RunAsync(RestoreAsk ask, Action<string> told, CancellationToken stop)
    {
        disk.CreateFolder(RestorePlan.ComingIn(data));
        using IDisposable alone = disk.Lock(Path.Combine(RestorePlan.ComingIn(data), "LOCK"));
        RestorePlan plan = RestorePlan.Read(data, disk) is { } left && left.Backup == Path.TrimEndingDirectorySeparator(Path.GetFullPath(ask.Backup)) ? left : RestoreStage.Make(ask, disk, time);
        bool runs = !IsFree();
        if (runs)
            told("The copy is proven. Waiting until the running service has put it in place.");
        await WhenMadeAsync(plan, runs ? FreeLooks : 1, stop).ConfigureAwait(false);
        return RestorePlan.ReadAside(plan.AsideIn(data), disk) is not null
            ? plan
            : throw new VerbRefusedException(RestorePlan.RefusalIn(data, disk) ?? $"The restore from {plan.Backup} was not made, and everything is as it was; the log of the service says why.");
    }

    async Task WhenMadeAsync(RestorePlan plan, int freeLooks, CancellationToken stop)
    {
        long began = time.GetTimestamp();
        using var timer = new PeriodicTimer(Every, time);
        for (int free = 0; RestorePlan.Read(data, disk) is not null;)
        {
            free = IsFree() ? free + 1 : 0;
            if ((stop.IsCancellationRequested || time.GetElapsedTime(began) > Patience) && TryWithdraw(plan))
                return;
            if (free >= freeLooks && TryMake())
                return;
            if (free < freeLooks)
                await timer.WaitForNextTickAsync(CancellationToken.None).ConfigureAwait(false);
        }
    }

    /// <summary>Whether no process has the journal.</summary>
    bool IsFree()
    {
        string journal = Path.Combine(data, "journal");
        return !disk.HasFolder(journal) || TryLock(() => disk.Lock(Path.Combine(journal, "LOCK"))) is { } held && Freed(held);
    }

    /// <summary>False: a start has come first, and makes it.</summary>
    bool TryMake()
    {
        if (TryLock(() => RestorePlan.Lock(data, disk)) is not { } held)
            return false;
        using (held)
        {
            if (!IsFree())
                return false;
            RestoreSwap.Finish(data, disk, time);
            return true;
        }
    }

    /// <summary>False: the swap is being made, which is awaited.</summary>
    bool TryWithdraw(RestorePlan plan)
    {
        if (TryLock(() => RestorePlan.Lock(data, disk)) is not { } held)
            return false;
        using (held)
        {
            if (RestorePlan.Read(data, disk) is not null)
                RestoreSwap.Withdraw(plan, data, "it was withdrawn before the service had made it. Does the service answer (edgeruntime status), and does it run as the user of this verb?", disk);
            return true;
        }
    }

    static IDisposable? TryLock(Func<IDisposable> take)
    {
        try
        {
            return take();
        }
        catch (IOException)
        {
            // Somebody has it: that is the answer.
            return null;
        }
    }

    static bool Freed(IDisposable held)
    {
        held.Dispose();
        return true;
    }
}
