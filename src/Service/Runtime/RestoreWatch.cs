using EdgeRuntime.Journal.Disks;
using EdgeRuntime.Service.Backup;
using EdgeRuntime.Service.Box;

namespace EdgeRuntime.Service.Runtime;

/// <summary>
/// Looks once a second whether a restore is to be made. One that this process could not make is refused while everything still runs; of another one the session's owner is
/// told, who ends the session and opens it anew.
/// </summary>
sealed partial class RestoreWatch(string data, IDisk disk, TimeProvider time, ILogger<RestoreWatch> log)
{
    static readonly TimeSpan Every = TimeSpan.FromSeconds(1);

    /// <summary>Ends when a restore is to be made.</summary>
    public async Task<RestorePlan> RunAsync(CancellationToken stop)
    {
        using var timer = new PeriodicTimer(Every, time);
        while (true)
        {
            await timer.WaitForNextTickAsync(stop).ConfigureAwait(false);
            if (Look() is { } plan)
                return plan;
        }
    }

    /// <summary>Null: there is none, or it was refused.</summary>
    RestorePlan? Look()
    {
        try
        {
            if (RestorePlan.Read(data, disk) is not { } plan || RestoreSwap.HasRefused(plan))
                return null;
            if (WhyNot(plan) is not { } why)
                return plan;
            LogRefused(RestoreSwap.Refused(plan, data, why, disk).Sentence);
        }
        catch (IOException e)
        {
            // The box goes on with what it has; the next look tries again.
            LogUnreadable(e.Message);
        }

        return null;
    }

    /// <summary>Another user's copy could be put in place and then not be written.</summary>
    string? WhyNot(RestorePlan plan) => plan.Folders.Select(p => Path.Combine(RestorePlan.StagedIn(data), p)).Where(p => !disk.HasFolder(p)).Select(p => $"{p} is not there any more.").FirstOrDefault()
        ?? plan.Folders.Select(p => FolderProbe.WhyNot(Path.Combine(RestorePlan.StagedIn(data), p))).OfType<string>().Select(why => $"{why} Run the verb as the user of the service, {Environment.UserName}.").FirstOrDefault();

    [LoggerMessage(EventId = 7130, Level = LogLevel.Error, Message = "{Sentence}")]
    partial void LogRefused(string sentence);

    [LoggerMessage(EventId = 7131, Level = LogLevel.Warning, Message = "Whether a restore is to be made cannot be read: {Sentence}")]
    partial void LogUnreadable(string sentence);
}
