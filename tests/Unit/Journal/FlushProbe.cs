using System.Runtime.CompilerServices;
using EdgeRuntime.Journal;
using EdgeRuntime.Journal.Disks;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeRuntime.Tests.Unit.Journal;

/// <summary>
/// Makes this assembly answer one question and end, when it is started as a child of <see cref="RealFlushTests"/>: a preloaded library
/// can only be there from the start of a process.
/// </summary>
static class FlushProbe
{
#pragma warning disable CA2255 // Runs before the test runner looks at anything; in a library this would surprise, here it is the point.
    [ModuleInitializer]
#pragma warning restore CA2255
    internal static void AnswerIfAsked()
    {
        if (Environment.GetEnvironmentVariable("JOURNAL_FLUSH_PROBE") is not { } what)
            return;
        string folder = Environment.GetEnvironmentVariable("JOURNAL_FLUSH_FOLDER")!;
        string mark = Environment.GetEnvironmentVariable("FLUSH_FAILS_WHEN")!;
        Console.WriteLine(what switch
        {
            "ours" => Ours(folder, mark),
            "folder" => OfFolder(folder, mark),
            "journal" => OfJournal(folder, mark),
            _ => OfFramework(folder, mark),
        });
        Environment.Exit(0);
    }

    static string Ours(string folder, string mark)
    {
        using IDiskFile file = new RealDisk().Create(Path.Combine(folder, "a.probe"), 4096);
        file.Sync();
        File.WriteAllText(mark, "");
        return Answer(file.Sync);
    }

    static string OfFolder(string folder, string mark)
    {
        var disk = new RealDisk();
        disk.SyncFolder(folder);
        File.WriteAllText(mark, "");
        return Answer(() => disk.SyncFolder(folder));
    }

    static string OfFramework(string folder, string mark)
    {
        using var file = new FileStream(Path.Combine(folder, "a.probe"), FileMode.Create);
        file.WriteByte(1);
        File.WriteAllText(mark, "");
        return Answer(() =>
        {
            file.Flush(flushToDisk: true);
            RandomAccess.FlushToDisk(file.SafeFileHandle);
        });
    }

    static string OfJournal(string folder, string mark)
    {
        JournalStore store = JournalStore.Open(
            Path.Combine(folder, "journal"), JournalFolder.Small, new RealDisk(), TimeProvider.System, NullLogger<JournalStore>.Instance);
        File.WriteAllText(mark, "");
        try
        {
            return $"acknowledged {store.AppendAsync(JournalFolder.Batch(1)).GetAwaiter().GetResult()}";
        }
        catch (IOException)
        {
            return $"stopped after frame {store.LastFrame}: {store.Failure?.Message}";
        }
    }

    static string Answer(Action flush)
    {
        try
        {
            flush();
            return "silent";
        }
        catch (IOException refused)
        {
            return $"refused: {refused.Message}";
        }
    }
}
