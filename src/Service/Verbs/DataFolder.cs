using EdgeRuntime.Decisions.Plans;
using EdgeRuntime.Decisions.States;
using EdgeRuntime.Gateway;
using EdgeRuntime.Inference.Accelerators;
using EdgeRuntime.Journal;
using EdgeRuntime.Journal.AsOf;
using EdgeRuntime.Journal.Disks;
using EdgeRuntime.Replay;
using EdgeRuntime.Service.Backup;
using EdgeRuntime.Service.Box;
using EdgeRuntime.Service.Runtime;

namespace EdgeRuntime.Service.Verbs;

/// <summary>A data folder opened for reading: what verify, replay, audit, explain and evidence work on, whether the service runs or not.</summary>
sealed class DataFolder
{
    readonly JournalReader _reader;
    readonly TimeProvider _time;
    readonly string _nativeLibrary;

    DataFolder(string path, string nativeLibrary, TimeProvider time)
    {
        string journal = System.IO.Path.Combine(path, "journal");
        if (!Directory.Exists(journal))
            throw RestorePlan.Read(path, new RealDisk()) is not null ? Restoring(path) : new VerbRefusedException($"{path} is not a data folder: it holds no folder 'journal'. Give the right one with --data.");
        Path = path;
        _nativeLibrary = nativeLibrary;
        _time = time;
        _reader = JournalReader.Open(journal, new RealDisk(), VerbOutput.SayMended);
        Archive = new PlanArchive(path);
        JournalFolder = journal;
    }

    /// <summary>Refuses to write into a data folder of which another one is about to take the place.</summary>
    /// <exception cref="VerbRefusedException">A restore is to be made or was cut off.</exception>
    public static void RefuseWhileRestoring(string data)
    {
        if (RestorePlan.Read(data, new RealDisk()) is not null)
            throw Restoring(data);
    }

    /// <summary>Holds the data folder against a restore, so that what is written goes into one box.</summary>
    /// <exception cref="VerbRefusedException">A restore is to be made or was cut off.</exception>
    /// <exception cref="IOException">Another process holds it.</exception>
    public static IDisposable HoldAgainstRestore(string data)
    {
        IDisposable held = RestorePlan.Lock(data, new RealDisk());
        try
        {
            RefuseWhileRestoring(data);
            return held;
        }
        catch
        {
            held.Dispose();
            throw;
        }
    }

    static VerbRefusedException Restoring(string data) =>
        new($"A restore into {data} is under way or was cut off. The service ends it, or its next start, or the same restore again; try again after that.");

    public string Path { get; }

    public string JournalFolder { get; }

    public PlanArchive Archive { get; }

    /// <summary>The folder that was named, or the one of the settings file.</summary>
    public static DataFolder Open(string? data, string settings, TimeProvider time)
    {
        if (data is not null)
            return new DataFolder(System.IO.Path.GetFullPath(data), File.Exists(settings) ? BoxSettings.Load(settings).NativeLibrary : "", time);
        return Open(BoxSettings.Load(settings), time);
    }

    /// <summary>The folder of a box.</summary>
    public static DataFolder Open(BoxSettings box, TimeProvider time) => new(box.Data, box.NativeLibrary, time);

    public ArmLoader Arms() => new(preferred => AcceleratorLadder.Choose(preferred, _nativeLibrary).Provider, _time);

    /// <summary>All readable batches, going on behind damage.</summary>
    public IEnumerable<StoredBatch> Read() => Replay.Batches(1);

    /// <summary>All readable batches from a frame on, going on behind damage.</summary>
    public IEnumerable<StoredBatch> ReadFrom(long frame) => Replay.Batches(frame);

    /// <summary>Readable batches of one origin, and in the place of those that are lost what was found there.</summary>
    public IEnumerable<JournalEntry> ReadOrigin(string origin) => _reader.ReadTolerant(1, origin);

    /// <summary>The newest whole frame.</summary>
    public long LastFrame => _reader.LastFrame;

    /// <summary>What was saved of the gap ledger.</summary>
    public GapStates GapStates => GapStates.Of(StatesFolder);

    /// <summary>What a question about the past reads.</summary>
    public PastSource Past => new(Replay, _reader.FrameAt, () => AsOfReader.Open(JournalFolder, new RealDisk(), VerbOutput.SayMended));

    /// <summary>What a replay reads.</summary>
    public ReplaySource Replay => new()
    {
        Entries = from => _reader.ReadTolerant(from),
        OfOrigin = _reader.ReadTolerant,
        ReadsAhead = true,
        LastFrame = () => _reader.LastFrame,
        Archive = Archive,
        Arms = Arms(),
        States = new EngineStates(StatesFolder, new RealDisk(), BuildStamp.Text),
    };

    string StatesFolder => System.IO.Path.Combine(Path, "states");
}
