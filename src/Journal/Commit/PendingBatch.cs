using System.Buffers;

namespace EdgeRuntime.Journal.Commit;

/// <summary>An encoded batch on its way to the disk. The task runs its continuations elsewhere: the writer waits for nobody.</summary>
sealed class PendingBatch(ArrayBufferWriter<byte> body) : TaskCompletionSource<long>(TaskCreationOptions.RunContinuationsAsynchronously)
{
    public ArrayBufferWriter<byte> Body { get; } = body;

    public long Frame { get; set; }
}
