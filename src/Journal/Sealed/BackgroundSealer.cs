using EdgeRuntime.Journal.Disks;

namespace EdgeRuntime.Journal.Sealed;

/// <summary>
/// Seals closed segments in their order, on a thread of low priority that works only when a segment was closed. What goes wrong is told
/// and costs nothing but space: the segment stays hot and readable.
/// </summary>
sealed class BackgroundSealer(
    IDisk disk, string folder, ICheckpointSigner signer, UnitCatalog catalog, int hotMin, Func<long> newest, Action<long> retire, Action<Checkpoint> tellSealed, Action<string, Exception?> tellTrouble)
    : IDisposable
{
    readonly Sealer _sealer = new(disk, folder, signer);
    readonly CancellationTokenSource _stop = new();
    readonly SemaphoreSlim _closed = new(0);
    Thread? _thread;
    bool _refused;

    /// <summary>Why sealing does not go on; null while it does.</summary>
    public string? Trouble { get; private set; }

    public void Start()
    {
        _thread = new Thread(Run) { Name = "journal sealer", IsBackground = true, Priority = ThreadPriority.Lowest };
        _thread.Start();
    }

    /// <summary>A segment was closed: there is a durable group in the one behind it.</summary>
    public void Wake() => _closed.Release();

    /// <summary>Seals the oldest closed segment that need not stay hot. False where there is none, or sealing it failed.</summary>
    public bool SealNext()
    {
        long number = catalog.Last + 1;
        if (_refused || number + hotMin >= newest())
            return false;
        try
        {
            Checkpoint checkpoint = _sealer.Seal(number, catalog, _stop.Token);
            catalog.Add(number, checkpoint);
            Trouble = null;
            tellSealed(checkpoint);
            retire(number);
            return true;
        }
        catch (IOException refused)
        {
            Tell($"Sealing journal segment {number} failed: {refused.Message} The segment stays as it is and is tried again when the next one is closed.", null);
        }
        catch (Exception refused) when (refused is JournalCorruptException or SealingException)
        {
            _refused = true;
            Tell($"{refused.Message} Nothing is sealed until the next start; all of it stays readable.", null);
        }

        return false;
    }

    public void Dispose()
    {
        _stop.Cancel();
        _closed.Release();
        _thread?.Join();
        _stop.Dispose();
        _closed.Dispose();
    }

    void Run()
    {
        try
        {
            while (!_stop.IsCancellationRequested)
            {
                _closed.Wait(_stop.Token);
                while (SealNext())
                {
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The journal closes. What was begun is removed at the next start.
        }
        catch (Exception defect)
        {
            _refused = true;
            Tell($"Sealing has stopped: {defect.Message} The journal goes on without it; all of it stays readable.", defect);
        }
    }

    void Tell(string sentence, Exception? defect)
    {
        Trouble = sentence;
        tellTrouble(sentence, defect);
    }
}
