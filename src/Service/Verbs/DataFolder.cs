using EdgeRuntime.Decisions.Plans;
using EdgeRuntime.Facts;
using EdgeRuntime.Gateway;
using EdgeRuntime.Inference.Accelerators;
using EdgeRuntime.Journal;
using EdgeRuntime.Journal.Disks;
using EdgeRuntime.Replay;
using EdgeRuntime.Replay.Determinism;
using EdgeRuntime.Service.Box;

namespace EdgeRuntime.Service.Verbs;

/// <summary>A data folder opened for reading: what verify, replay and explain work on, whether the service runs or not.</summary>
sealed class DataFolder
{
    readonly JournalReader _reader;
    readonly TimeProvider _time;
    readonly string _nativeLibrary;

    DataFolder(string path, string nativeLibrary, TimeProvider time)
    {
        string journal = System.IO.Path.Combine(path, "journal");
        if (!Directory.Exists(journal))
            throw new VerbRefusedException($"{path} is not a data folder: it holds no folder 'journal'. Give the right one with --data.");
        Path = path;
        _nativeLibrary = nativeLibrary;
        _time = time;
        _reader = JournalReader.Open(journal, new RealDisk());
        Archive = new PlanArchive(path);
        JournalFolder = journal;
    }

    public string Path { get; }

    public string JournalFolder { get; }

    public PlanArchive Archive { get; }

    /// <summary>The folder that was named, or the one of the settings file.</summary>
    public static DataFolder Open(string? data, string settings, TimeProvider time)
    {
        if (data is not null)
            return new DataFolder(System.IO.Path.GetFullPath(data), File.Exists(settings) ? BoxSettings.Load(settings).NativeLibrary : "", time);
        BoxSettings box = BoxSettings.Load(settings);
        return new DataFolder(box.Data, box.NativeLibrary, time);
    }

    public ArmLoader Arms() => new(preferred => AcceleratorLadder.Choose(preferred, _nativeLibrary).Provider, _time);

    /// <summary>All readable batches, going on behind damage.</summary>
    public IEnumerable<StoredBatch> Read()
    {
        foreach (JournalEntry entry in _reader.ReadTolerant(1))
        {
            if (entry.Batch is { } batch)
                yield return batch;
        }
    }

    /// <summary>The newest whole frame.</summary>
    public long LastFrame => _reader.LastFrame;

    /// <summary>What a replay must know beforehand, in one walk.</summary>
    /// <param name="wanted">Decisions to be given, too; null for none.</param>
    public Overview Survey(Func<Decision, bool>? wanted = null, Action<long>? progress = null)
    {
        var damage = new List<JournalDamage>();
        var models = new QualifiedModels();
        var found = new List<Decision>();
        foreach (JournalEntry entry in _reader.ReadTolerant(1))
        {
            if (entry.Damage is { } hurt)
                damage.Add(new JournalDamage(hurt.Frame, $"journal segment {hurt.Segment} is damaged at byte {hurt.Offset} (frame {hurt.Frame}): {hurt.What}."));
            if (entry.Batch is not { } batch)
                continue;
            models.Take(batch);
            if (wanted is not null && batch.Batch.Origin == Origins.Engine)
                found.AddRange(batch.Batch.Facts.OfType<Decision>().Where(wanted));
            if (batch.Frame % 1024 == 0)
                progress?.Invoke(batch.Frame);
        }

        return new Overview(damage, models, found);
    }
}

/// <param name="Damage">Every damage in the journal, in order.</param>
/// <param name="Models">What was measured of the models.</param>
/// <param name="Decisions">The ones asked for, in order.</param>
sealed record Overview(IReadOnlyList<JournalDamage> Damage, QualifiedModels Models, IReadOnlyList<Decision> Decisions);
