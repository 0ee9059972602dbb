using EdgeRuntime.Journal;
using EdgeRuntime.Journal.Disks;
using EdgeRuntime.Service.Backup;
using EdgeRuntime.Service.Box;

namespace EdgeRuntime.Service.Runtime;

/// <summary>
/// The first thing a session does: makes a restore that is to be made or was cut off, before anything is made anew in the data folder, then opens key and journal. All under
/// one lock, so that no swap can begin between the look and the opening.
/// </summary>
static partial class BoxOpening
{
    /// <exception cref="IOException">A folder cannot be written, the journal is in use, or a swap can be neither made nor taken back.</exception>
    /// <exception cref="JournalCorruptException">Stored bytes are not what was written.</exception>
    public static JournalStore Open(BoxSettings box, TimeProvider time, ILoggerFactory loggers)
    {
        var options = new JournalOptions
        {
            SegmentBytes = box.SegmentBytes,
            GatherMax = box.CommitAfter,
            CommitPause = box.CommitPause,
            GroupBytesMax = box.GroupBytesMax,
            Seal = box.Seal,
            SealAfterSegments = box.SealAfterSegments,
        };
        var disk = new RealDisk();
        ILogger log = loggers.CreateLogger(typeof(BoxOpening));
        disk.CreateFolder(box.Data);
        using IDisposable held = RestorePlan.Lock(box.Data, disk);
        if (RestoreSwap.Finish(box.Data, disk, time) is { } restore)
            Tell(log, restore);
        BoxKey key = BoxKey.OpenOrMake(box.KeysFolder, disk);
        if (key.IsNew)
            LogNewKey(log, key.Fingerprint.Hex, box.KeysFolder);
        return JournalStore.Open(box.JournalFolder, options, disk, time, loggers.CreateLogger<JournalStore>(), key);
    }

    /// <summary>One sentence for each restore whose set-aside data still lie in the data folder: people should know that they do, and how much they take.</summary>
    public static IReadOnlyList<string> Restores(string data, IDisk disk) =>
        [.. RestorePlan.AsidesIn(data).Select(aside => SentenceOf(aside, disk)).OfType<string>()];

    static string? SentenceOf(string aside, IDisk disk)
    {
        try
        {
            return RestorePlan.ReadAside(aside, disk) is { } plan ? SentenceOf(plan, aside, disk) : null;
        }
        catch (IOException e)
        {
            // No reason not to start.
            return e.Message;
        }
    }

    static string SentenceOf(RestorePlan plan, string aside, IDisk disk) => FormattableString.Invariant(
        $"{plan.Who} has restored this box from {plan.Backup} ({plan.Why}), asked for at {plan.Asked}. What it had before lies in {aside} and takes {disk.UsedBytes(aside) / (1024.0 * 1024):0.0} MiB; move it away when nobody needs it.");

    static void Tell(ILogger log, RestoreOutcome restore)
    {
        if (restore.IsMade)
            LogRestored(log, restore.Plan.Who, restore.Plan.Why, restore.Sentence);
        else
            LogNotRestored(log, restore.Sentence);
    }

    [LoggerMessage(EventId = 7106, Level = LogLevel.Information,
        Message = "This box has made its key: fingerprint {Fingerprint}. Write it down: with it and {Folder}/box.pub.pem anybody can prove that a journal is this box's")]
    static partial void LogNewKey(ILogger log, string fingerprint, string folder);

    [LoggerMessage(EventId = 7132, Level = LogLevel.Warning, Message = "{Who} wanted it ({Why}): {Sentence}")]
    static partial void LogRestored(ILogger log, string who, string why, string sentence);

    [LoggerMessage(EventId = 7133, Level = LogLevel.Error, Message = "{Sentence}")]
    static partial void LogNotRestored(ILogger log, string sentence);
}
