using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using EdgeRuntime.Facts;
using EdgeRuntime.Journal.Commit;
using EdgeRuntime.Journal.Disks;
using EdgeRuntime.Journal.Frames;
using EdgeRuntime.Journal.Sealed;
using EdgeRuntime.Journal.Segments;
using Microsoft.Extensions.Logging;

namespace EdgeRuntime.Journal;

/// <summary>
/// The journal of a box, opened for writing: one writer thread, group commit, every acknowledged batch on the medium. The bytes are
/// drawn in FORMAT.md.
/// </summary>
public sealed partial class JournalStore : IJournal, IAsyncDisposable
{
    const string LockName = "LOCK";

    readonly string _folder;
    readonly JournalOptions _options;
    readonly IDisk _disk;
    readonly TimeProvider _time;
    readonly ILogger<JournalStore> _log;
    readonly IDisposable _lock;
    readonly SegmentSupply _supply;
    readonly SegmentWriter _writer;
    readonly Channel<PendingBatch> _queue;
    readonly BodyBuffers _buffers = new();
    readonly CommitGroup _group = new();
    readonly List<PendingBatch> _inGroup = [];
    readonly ManualResetEvent _closing = new(false);
    readonly int _bodyBytesMax;
    readonly Thread? _thread;
    readonly UnitCatalog _catalog;
    readonly IngestIndex _ingest;
    readonly BackgroundSealer? _sealer;
    readonly ICheckpointSigner? _signer;
    readonly MendedReads _mended;
    volatile JournalTail _tail;
    volatile IOException? _failure;
    volatile bool _closed;
    long _bytes;
    long _commits;
    int _together;
    int _disposed;

    JournalStore(
        string folder, JournalOptions options, IDisk disk, TimeProvider time, ILogger<JournalStore> log, IDisposable lockHeld, ICheckpointSigner? signer, bool stepped)
    {
        _folder = folder;
        _options = options;
        _disk = disk;
        _time = time;
        _log = log;
        _lock = lockHeld;
        _supply = new SegmentSupply(disk, folder, options.SegmentBytes, !stepped, why => LogShortage(log, folder, why));
        _mended = new MendedReads(damage => LogMended(log, damage.Segment, damage.Offset, damage.What));
        (_writer, Opened, _catalog) = JournalOpening.In(folder, disk, time, _supply, _mended);
        _tail = new JournalTail(_writer.Segment, _writer.Offset, Opened.Frames);
        _bodyBytesMax = JournalLimits.BodyBytesMaxFor(options.SegmentBytes);
        _queue = Channel.CreateBounded<PendingBatch>(new BoundedChannelOptions(options.QueueBatchesMax)
        {
            SingleReader = true,

            // The only continuation is the writer's own wake-up; through the thread pool it would come late when the pool is busy.
            AllowSynchronousContinuations = true,
        });
        _signer = signer;
        _ingest = new IngestIndex(disk, folder, _catalog, ownsJournal: true);
        if (options.Seal && signer is not null)
        {
            _sealer = new BackgroundSealer(
                disk, folder, signer, _catalog, options.SealAfterSegments, () => _tail.Segment, RetireSealed,
                sealedUnit => LogSealed(log, sealedUnit.Segment, sealedUnit.FirstFrame, sealedUnit.LastFrame, sealedUnit.Files.Sum(file => file.Bytes)),
                (sentence, defect) => LogSealingTrouble(log, sentence, defect));
        }

        if (stepped)
            return;
        _sealer?.Start();
        _sealer?.Wake();
        _thread = new Thread(Run) { Name = "journal writer", IsBackground = true };
        _thread.Start();
    }

    /// <summary>What was found at the start, a cut tail included.</summary>
    public OpenReport Opened { get; }

    /// <inheritdoc/>
    public long FirstFrame => _catalog.Numbers is [var oldest, ..] ? _catalog.Read(oldest).FirstFrame : 1;

    public long LastFrame => _tail.Frame;

    public JournalCounters Counters => new(LastFrame - Opened.Frames, Interlocked.Read(ref _bytes), Interlocked.Read(ref _commits));

    /// <summary>Why the journal has stopped; null while it works. After it is set nothing is acknowledged: open it anew.</summary>
    public IOException? Failure => _failure;

    /// <summary>Why closed segments are not sealed any more; null while they are. Nothing is lost by it but space.</summary>
    public string? SealingTrouble => _sealer?.Trouble;

    /// <summary>Damage in sealed files that reading went on behind without a loss, since the journal was opened: the first in each file. A repair is due.</summary>
    public IReadOnlyList<DamagedFrame> Mended => _mended.Met;

    /// <summary>Opens the journal in <paramref name="folder"/>, or begins one.</summary>
    /// <param name="signer">Signs the checkpoints of sealed segments; without one nothing is sealed.</param>
    /// <exception cref="JournalCorruptException">Bytes that were durable are not what was written. Nothing was changed.</exception>
    /// <exception cref="IOException">The disk refuses, or another process has the journal open; one plain sentence.</exception>
    /// <exception cref="ArgumentException">The options break a rule.</exception>
    public static JournalStore Open(
        string folder, JournalOptions options, IDisk disk, TimeProvider time, ILogger<JournalStore> log, ICheckpointSigner? signer = null) =>
        Open(folder, options, disk, time, log, stepped: false, signer);

    /// <summary>
    /// The same without threads of its own: the caller commits with <see cref="CommitWaiting"/> and seals with <see cref="SealNext"/>, so that a
    /// simulation repeats.
    /// </summary>
    internal static JournalStore Open(
        string folder, JournalOptions options, IDisk disk, TimeProvider time, ILogger<JournalStore> log, bool stepped, ICheckpointSigner? signer = null)
    {
        if (options.Violations().ToArray() is { Length: > 0 } violations)
            throw new ArgumentException(string.Join(' ', violations), nameof(options));
        disk.CreateFolder(folder);
        IDisposable lockHeld = disk.Lock(Path.Combine(folder, LockName));
        try
        {
            var store = new JournalStore(folder, options, disk, time, log, lockHeld, signer, stepped);
            if (store.Opened.CutBytes > 0)
                LogCut(log, store.Opened.Sentence);
            else
                LogOpened(log, store.Opened.Sentence);
            return store;
        }
        catch
        {
            lockHeld.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The batch has no canonical form or is too large; it was not queued.</exception>
    public Task<long> AppendAsync(FactBatch batch)
    {
        if (_failure is { } failure)
            return Task.FromException<long>(Again(failure));
        ArrayBufferWriter<byte> body = _buffers.Rent();
        FactCodec.Encode(batch, body);
        if (body.WrittenCount > _bodyBytesMax)
            throw new ArgumentException(
                $"A batch of {body.WrittenCount} bytes from {batch.Origin} is more than the {_bodyBytesMax} bytes that a journal frame holds; send it in parts.");
        var pending = new PendingBatch(body);
        return _queue.Writer.TryWrite(pending) ? pending.Task : AppendInLine(pending);
    }

    /// <inheritdoc/>
    public long FrameAt(IngestTime time) => _ingest.FrameAt(time, _tail);

    /// <inheritdoc/>
    public IEnumerable<StoredBatch> Read(long fromFrame = 1) => Read(fromFrame, _tail);

    /// <inheritdoc/>
    /// <exception cref="IOException">The journal has stopped; everything durable was given before.</exception>
    public async IAsyncEnumerable<StoredBatch> FollowAsync(long fromFrame, [EnumeratorCancellation] CancellationToken stop)
    {
        using JournalWalk walk = WalkFrom(fromFrame, _tail);
        while (!stop.IsCancellationRequested)
        {
            // Looked at before the tail: what became durable before the end must still be given.
            bool closed = _closed;
            IOException? failure = _failure;
            JournalTail tail = _tail;
            while (!stop.IsCancellationRequested && Next(walk, tail) is { } batch)
                yield return batch;
            if (failure is not null)
                throw Again(failure);
            if (closed)
                yield break;
            await tail.Moved.WaitAsync(stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>
    /// The first frame of each segment that can be read, ascending: where a part of the journal begins that can be kept without the one before. A segment
    /// whose header cannot be read is left out.
    /// </summary>
    public IReadOnlyList<long> SegmentStarts()
    {
        var starts = new List<long>();
        foreach (long number in SegmentName.NumbersIn(_disk.List(_folder)))
        {
            using SegmentFile segment = SegmentFile.Open(_disk, _folder, number);
            if (segment.Wrong is null)
                starts.Add(segment.Header.FirstFrame);
        }

        return starts;
    }

    /// <summary>Commits what waits, marks the end, and lets go of the folder. A failure on the way is in <see cref="Failure"/>.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
            return;
        _queue.Writer.TryComplete();
        _closing.Set();
        if (_thread is null)
            Run();
        else
            await Task.Factory.StartNew(_thread.Join, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        _sealer?.Dispose();
        _writer.Dispose();
        _closing.Dispose();
        _lock.Dispose();
        LogClosed(_log, _folder, LastFrame);
    }

    /// <summary>Commits everything that waits, group by group. Called by the one writer only.</summary>
    internal void CommitWaiting()
    {
        try
        {
            while (_failure is null && _queue.Reader.TryPeek(out _))
            {
                LetOthersJoin();
                CommitGroupOfWaiting();
            }
        }
        catch (Exception stopped)
        {
            // Whatever it is, nothing may wait for ever and nothing more may be acknowledged.
            Stop(stopped);
        }
    }

    /// <summary>Seals one closed segment now, in the caller's thread. False where none is to be sealed, or it failed: <see cref="SealingTrouble"/>.</summary>
    internal bool SealNext() => _sealer?.SealNext() ?? false;

    /// <summary>
    /// Gives the space of a log that is sealed to the segments to come. A reader that has it open sees its bytes overwritten, which it takes
    /// for damage and looks again where the frame lies now. From any thread; never for the newest segment.
    /// </summary>
    /// <exception cref="IOException">The disk refuses.</exception>
    internal void Retire(long segment)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(segment, _tail.Segment);
        _supply.Recycle(segment);
    }

    void Run()
    {
        while (WaitForInput())
            CommitWaiting();
        if (_failure is null)
            MarkEnd();
        _closed = true;
        _tail.SayMoved();
    }

    bool WaitForInput()
    {
        ValueTask<bool> waiting = _queue.Reader.WaitToReadAsync();
        return waiting.IsCompletedSuccessfully ? waiting.Result : waiting.AsTask().GetAwaiter().GetResult();
    }

    // Who sends one at a time is not made to wait, but for once behind a crowd. Where several do, a flush each costs more CPU than their batches.
    void LetOthersJoin()
    {
        if (_together > 1 && _thread is not null && _options.CommitPause > TimeSpan.Zero && _queue.Reader.Count < _options.QueueBatchesMax / 2)
            _closing.WaitOne(_options.CommitPause);
    }

    void CommitGroupOfWaiting()
    {
        _group.Start(_writer.LastHash, _writer.Seed);
        long frame = LastFrame;
        long started = _time.GetTimestamp();
        while (_queue.Reader.TryPeek(out PendingBatch? pending))
        {
            if (_group.Bytes + FrameHeader.FrameBytesOf(pending.Body.WrittenCount) > _writer.Room)
            {
                if (_inGroup.Count > 0)
                    break;
                Roll(frame + 1);
            }

            _queue.Reader.TryRead(out _);
            _inGroup.Add(pending);
            pending.Frame = ++frame;
            _group.Add(FrameKind.Batch, frame, pending.Body.WrittenSpan);
            _buffers.Return(pending.Body);
            if (_group.Bytes >= _options.GroupBytesMax || _time.GetElapsedTime(started) >= _options.GatherMax)
                break;
        }

        CommitGroup(frame);
        _together = _inGroup.Count;
        foreach (PendingBatch durable in _inGroup)
            durable.SetResult(durable.Frame);
        _inGroup.Clear();
    }

    void CommitGroup(long lastFrame)
    {
        _group.Close();
        _writer.Commit(_group);
        Interlocked.Add(ref _bytes, _group.Bytes);
        Interlocked.Increment(ref _commits);
        JournalTail before = _tail;
        _tail = new JournalTail(_writer.Segment, _writer.Offset, lastFrame);
        before.SayMoved();
        if (before.Segment != _writer.Segment)
            _sealer?.Wake();
    }

    void Roll(long firstFrame)
    {
        _writer.Roll(firstFrame);
        LogRolled(_log, _writer.Segment, firstFrame);
        _group.Start(_writer.LastHash, _writer.Seed);
    }

    void MarkEnd()
    {
        try
        {
            Span<byte> stoppedAt = stackalloc byte[sizeof(long)];
            BinaryPrimitives.WriteInt64LittleEndian(stoppedAt, (_time.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks * 100);
            if (_writer.Room < FrameHeader.FrameBytesOf(stoppedAt.Length))
                _writer.Roll(LastFrame + 1);
            _group.Start(_writer.LastHash, _writer.Seed);
            _group.Add(FrameKind.EndMark, LastFrame, stoppedAt);
            CommitGroup(LastFrame);
        }
        catch (Exception stopped)
        {
            Stop(stopped);
        }
    }

    void Stop(Exception cause)
    {
        var failure = new IOException($"The journal in {_folder} has stopped after frame {LastFrame}: {cause.Message}", cause);
        _failure = failure;
        _queue.Writer.TryComplete();
        foreach (PendingBatch waiting in _inGroup)
            waiting.TrySetException(Again(failure));
        _inGroup.Clear();
        while (_queue.Reader.TryRead(out PendingBatch? waiting))
            waiting.TrySetException(Again(failure));
        // What the disk says needs no stack trace; anything else is a defect.
        LogStopped(_log, failure.Message, cause is IOException ? null : cause);
        _tail.SayMoved();
    }

    async Task<long> AppendInLine(PendingBatch pending)
    {
        try
        {
            await _queue.Writer.WriteAsync(pending);
        }
        catch (ChannelClosedException)
        {
            throw _failure is { } failure ? Again(failure) : new IOException($"The journal in {_folder} is closed.");
        }

        return await pending.Task;
    }

    IEnumerable<StoredBatch> Read(long fromFrame, JournalTail tail)
    {
        using JournalWalk walk = WalkFrom(fromFrame, tail);
        while (Next(walk, tail) is { } batch)
            yield return batch;
    }

    JournalWalk WalkFrom(long fromFrame, JournalTail tail) => fromFrame > tail.Frame
        ? JournalWalk.Behind(tail, _disk, _folder, _catalog, fromFrame, ownsJournal: true)
        : new JournalWalk(_disk, _folder, _catalog, fromFrame, ownsJournal: true);

    static StoredBatch? Next(JournalWalk walk, JournalTail tail) => StrictRead.Next(walk, tail);

    // The unit counts already, so a log that cannot be given away costs only space.
    void RetireSealed(long number)
    {
        try
        {
            Retire(number);
        }
        catch (IOException why)
        {
            LogNotRetired(_log, number, why.Message);
        }
    }

    // Each task gets an exception of its own: one instance thrown in many places would carry a jumble of stack traces.
    static IOException Again(IOException failure) => new(failure.Message, failure.InnerException);
}
