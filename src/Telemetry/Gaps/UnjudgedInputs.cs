using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using EdgeRuntime.Facts;
using EdgeRuntime.Facts.Canonical;

namespace EdgeRuntime.Telemetry.Gaps;

/// <summary>The newest arrivals, until the engine has said what it found in them or until it has been silent for too long.</summary>
sealed class UnjudgedInputs
{
    /// <summary>The engine is behind by milliseconds; only after a restart by more.</summary>
    static readonly long PatienceNanoseconds = TimeSpan.FromMinutes(1).Ticks * 100;

    /// <summary>References to some 10 MB of samples.</summary>
    const int SamplesMax = 100_000;

    readonly Queue<(long Frame, FactBatch Batch)> _queue = new();
    int _samples;

    public void Add(long frame, FactBatch batch)
    {
        _queue.Enqueue((frame, batch));
        _samples += batch.Samples.Count;
    }

    /// <summary>The oldest arrival before <paramref name="frame"/>.</summary>
    public bool TryTakeBefore(long frame, [NotNullWhen(true)] out FactBatch? batch) => TryTake(_queue.TryPeek(out var oldest) && oldest.Frame < frame, out batch);

    public bool TryTakeAt(long frame, [NotNullWhen(true)] out FactBatch? batch) => TryTake(_queue.TryPeek(out var oldest) && oldest.Frame == frame, out batch);

    /// <summary>The oldest arrival, when there are too many or it has waited for too long.</summary>
    public bool TryTakeOverdue(IngestTime now, [NotNullWhen(true)] out FactBatch? batch) =>
        TryTake(_queue.TryPeek(out var oldest) && (_samples > SamplesMax || now.UnixNanoseconds - oldest.Batch.Ingest.UnixNanoseconds > PatienceNanoseconds), out batch);

    /// <summary>Whole, so that who goes on needs no look back into the journal: mostly some milliseconds of arrivals, a minute at most.</summary>
    public void Save(CanonicalWriter to)
    {
        to.Count(_queue.Count);
        var bytes = new ArrayBufferWriter<byte>();
        foreach ((long frame, FactBatch batch) in _queue)
        {
            bytes.ResetWrittenCount();
            FactCodec.Encode(batch, bytes);
            to.Signed(frame);
            to.Bytes(bytes.WrittenSpan);
        }
    }

    /// <summary>Into a queue that is empty.</summary>
    /// <exception cref="FactFormatException">The bytes are not such inputs.</exception>
    public void Restore(ref CanonicalReader from)
    {
        int count = from.Count();
        for (int i = 0; i < count; i++)
            Add(from.Signed(), FactCodec.DecodeBatch(from.Bytes()));
    }

    bool TryTake(bool take, [NotNullWhen(true)] out FactBatch? batch)
    {
        batch = take ? _queue.Dequeue().Batch : null;
        _samples -= batch?.Samples.Count ?? 0;
        return take && batch is not null;
    }
}
