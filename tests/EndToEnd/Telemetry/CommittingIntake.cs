using System.Threading.Channels;
using EdgeRuntime.Facts;
using EdgeRuntime.Telemetry;

namespace EdgeRuntime.Tests.EndToEnd.Telemetry;

/// <summary>
/// An intake as the service has one: arrivals gather while the disk writes, a redelivery is known by its name, and what was not written when the power
/// went is gone. The list that outlives a crash is the journal.
/// </summary>
sealed class CommittingIntake : IIntake, IDisposable
{
    readonly List<FactBatch> _journal;
    readonly RedeliveryWindow _window = new();
    readonly Channel<(FactBatch? Batch, TaskCompletionSource Durable)> _waiting = Channel.CreateUnbounded<(FactBatch?, TaskCompletionSource)>();
    readonly FileStream _disk = new(Path.GetTempFileName(), FileMode.Open, FileAccess.ReadWrite, FileShare.None, 1, FileOptions.DeleteOnClose);
    readonly Task _writing;
    TaskCompletionSource _mayWrite = new();
    volatile bool _dead;

    /// <param name="journal">What was durable before; arrivals are appended.</param>
    internal CommittingIntake(List<FactBatch> journal)
    {
        _journal = journal;
        foreach (FactBatch batch in journal)
            _window.Remember(batch);
        _mayWrite.SetResult();
        _writing = WriteAsync();
    }

    internal int Redelivered { get; private set; }

    internal int Taken { get; private set; }

    internal int Stored
    {
        get
        {
            lock (_journal)
                return _journal.Count;
        }
    }

    /// <summary>The disk stops answering.</summary>
    internal void Hold() => _mayWrite = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    internal void Release() => _mayWrite.TrySetResult();

    /// <summary>As a kill: nothing further becomes durable and nobody hears of it.</summary>
    internal void Crash()
    {
        _dead = true;
        _waiting.Writer.TryComplete();
        Release();
    }

    public Task TakeAsync(FactBatch batch, bool marked)
    {
        if (_dead)
            return new TaskCompletionSource().Task;
        lock (_window)
        {
            Taken++;
            bool again = _window.IsRedelivery(batch, marked);
            if (again)
                Redelivered++;
            else
                _window.Remember(batch);
            var durable = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiting.Writer.TryWrite((again ? null : batch, durable));
            return durable.Task;
        }
    }

    public void Dispose()
    {
        Crash();
        _disk.Dispose();
    }

    async Task WriteAsync()
    {
        var group = new List<(FactBatch? Batch, TaskCompletionSource Durable)>();
        while (await _waiting.Reader.WaitToReadAsync())
        {
            await _mayWrite.Task;
            group.Clear();
            while (_waiting.Reader.TryRead(out var arrival))
                group.Add(arrival);
            _disk.Write(new byte[64]);
            _disk.Flush(flushToDisk: true);
            if (_dead)
                return;
            lock (_journal)
                _journal.AddRange(group.Where(g => g.Batch is not null).Select(g => g.Batch!));
            foreach (var (_, durable) in group)
                durable.TrySetResult();
        }
    }
}
