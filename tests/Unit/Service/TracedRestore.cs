using System.Security.Cryptography;
using System.Text;
using EdgeRuntime.Facts;
using EdgeRuntime.Journal;
using EdgeRuntime.Journal.Disks;
using EdgeRuntime.Journal.Retention;
using EdgeRuntime.Service.Backup;
using EdgeRuntime.Tests.Kit;
using EdgeRuntime.Tests.Kit.Disks;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace EdgeRuntime.Tests.Unit.Service;

/// <summary>A box on a disk in memory that has gone on since its backup, the restore of it, and what must hold of whatever that leaves.</summary>
sealed class TracedRestore
{
    public const string Data = "/box";
    public const string Backup = "/backup";
    const int SegmentBytes = 4096;
    const int Before = 40;
    const int After = 15;

    static readonly JournalOptions s_options = new() { SegmentBytes = SegmentBytes, SealAfterSegments = 0 };

    readonly StillClock _clock = new();
    readonly string[] _old;
    readonly string[] _backup;
    readonly Dictionary<string, byte[]> _oldFiles;

    public TracedRestore()
    {
        var disk = new TraceDisk();
        foreach ((string path, string text) in Keys())
            Put(disk, path, text);
        Put(disk, "/box/documents/a", "in force then");
        Put(disk, "/box/states/a", "state");
        Live(disk, 1, Before);
        BoxBackup.Make(Data, null, null, Backup, withKey: false, disk, _clock);
        _backup = Frames(disk, Data);
        Put(disk, "/box/documents/b", "in force now");
        Put(disk, "/box/releases/b/model.onnx", "model");
        Live(disk, Before + 1, After);
        _old = Frames(disk, Data);
        Start = disk.Image();
        _oldFiles = Start.Where(f => f.Key.StartsWith(Data + "/", StringComparison.Ordinal) && !f.Key.StartsWith("/box/journal/LOCK", StringComparison.Ordinal)).ToDictionary(StringComparer.Ordinal);
    }

    /// <summary>The box and the backup before the restore.</summary>
    public Dictionary<string, byte[]> Start { get; }

    public static RestoreAsk Ask => new(Backup, Data, "anna", "the disk was damaged", SegmentBytes, new RetentionPolicy());

    /// <summary>Both halves, as on a box that stands still.</summary>
    public RestoreOutcome? Restore(TraceDisk disk)
    {
        RestoreStage.Make(Ask, disk, _clock);
        return Finish(disk);
    }

    public RestoreOutcome? Finish(TraceDisk disk) => RestoreSwap.Finish(Data, disk, _clock);

    /// <summary>Proves that a box is wholly the one before or wholly the one of the backup. True: that of the backup.</summary>
    public bool IsNew(TraceDisk disk, string where)
    {
        Assert.Null(RestorePlan.Read(Data, disk));
        string[] asides = [.. disk.Tree("/box/set-aside").Select(f => f.Split('/')[0]).Distinct()];
        string[] frames = Frames(disk, Data);
        Whole(disk, Data, where);
        if (asides.Length == 0)
        {
            Assert.True(_old.SequenceEqual(frames), $"{where}: the old journal has {frames.Length} frames");
            Same(disk, Data, where);
            return false;
        }

        string aside = $"/box/set-aside/{Assert.Single(asides)}";
        Assert.True(_backup.SequenceEqual(frames.SkipLast(1)), $"{where}: the new journal has {frames.Length} frames");
        Assert.True(_old.SequenceEqual(Frames(disk, aside)), $"{where}: the journal set aside is another");
        Whole(disk, aside, where);
        Same(disk, aside, where);
        Assert.Equal(["a"], disk.List("/box/documents"));
        Assert.False(disk.HasFolder("/box/releases"), where);
        Audit said = Assert.IsType<Audit>(Assert.Single(JournalReader.Open("/box/journal", disk).Read(Before + 1)).Batch.Facts.Single());
        Assert.Equal(("anna", "restore", "the disk was damaged"), (said.Who, said.Action, said.Why));
        Assert.Contains($"frame {Before + After} {JournalVerifier.Verify(aside + "/journal", disk).LastHash}, now in set-aside/", said.Before, StringComparison.Ordinal);
        Assert.Contains($"frame {Before} ", said.After, StringComparison.Ordinal);
        return true;
    }

    static void Whole(TraceDisk disk, string data, string where)
    {
        VerifyReport report = JournalVerifier.Verify($"{data}/journal", disk, boxKey: BoxKey.FingerprintIn($"{data}/keys", disk), formerKeys: BoxKey.FormerIn($"{data}/keys", disk));
        Assert.True(report.Whole && report.Units > 0, $"{where}: {report.Sentence}");
    }

    /// <summary>Every file of the box before, byte by byte.</summary>
    void Same(TraceDisk disk, string data, string where)
    {
        Dictionary<string, byte[]> image = disk.Image();
        foreach ((string path, byte[] bytes) in _oldFiles)
            Assert.True(image.TryGetValue(data + path[Data.Length..], out byte[]? there) && there.AsSpan().SequenceEqual(bytes), $"{where}: {path}");
    }

    void Live(TraceDisk disk, int first, int count)
    {
        using BoxKey key = BoxKey.OpenOrMake("/box/keys", disk);
        JournalStore store = JournalStore.Open("/box/journal", s_options, disk, _clock, NullLogger<JournalStore>.Instance, stepped: true, key);
        for (int n = first; n < first + count; n++)
        {
            Task<long> stored = store.AppendAsync(SampleBuilder.Batch("plant", n, [.. Enumerable.Range(0, 20).Select(i => SampleBuilder.Sample($"P-101.tag{i}", n, Math.Sqrt(n + i)))]));
            store.CommitWaiting();
            Assert.Equal(n, stored.Result);
        }

        while (store.SealNext())
        {
        }

        store.DisposeAsync().AsTask().GetAwaiter().GetResult();
    }

    static string[] Frames(TraceDisk disk, string data) => [.. JournalReader.Open($"{data}/journal", disk).Read().Select(Hex)];

    static string Hex(StoredBatch stored)
    {
        var bytes = new System.Buffers.ArrayBufferWriter<byte>();
        FactCodec.Encode(stored.Batch, bytes);
        return $"{stored.Frame} {Convert.ToHexString(bytes.WrittenSpan)}";
    }

    static IEnumerable<(string Path, string Text)> Keys()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        yield return ("/box/keys/box.pem", key.ExportPkcs8PrivateKeyPem());
        yield return ("/box/keys/box.pub.pem", key.ExportSubjectPublicKeyInfoPem());
    }

    static void Put(TraceDisk disk, string path, string text)
    {
        using IDiskFile file = disk.Create(path, 0);
        file.Write(0, Encoding.UTF8.GetBytes(text));
        file.Sync();
    }
}
