using System.Buffers;
using System.Collections.Concurrent;

namespace EdgeRuntime.Journal.Commit;

/// <summary>Buffers that batches are encoded into, used again and again.</summary>
sealed class BodyBuffers
{
    const int KeptMax = 256;
    const int BytesKeptMax = 256 << 10;

    readonly ConcurrentQueue<ArrayBufferWriter<byte>> _free = [];

    public ArrayBufferWriter<byte> Rent() => _free.TryDequeue(out ArrayBufferWriter<byte>? buffer) ? buffer : new ArrayBufferWriter<byte>(1024);

    public void Return(ArrayBufferWriter<byte> buffer)
    {
        // One huge batch must not keep its memory for ever.
        if (buffer.Capacity > BytesKeptMax || _free.Count >= KeptMax)
            return;
        buffer.ResetWrittenCount();
        _free.Enqueue(buffer);
    }
}
