using System.Buffers;
using EdgeRuntime.Facts;

namespace EdgeRuntime.Replay;

/// <summary>Compares what was said then and now by canonical bytes, without a look at where they differ. One thread at a time.</summary>
sealed class Comparison
{
    readonly ArrayBufferWriter<byte> _then = new(1 << 16);
    readonly ArrayBufferWriter<byte> _now = new(1 << 16);

    public bool AreSame(IReadOnlyList<Fact> then, IReadOnlyList<Fact> now)
    {
        if (then.Count != now.Count)
            return false;
        for (int i = 0; i < then.Count; i++)
        {
            _then.ResetWrittenCount();
            _now.ResetWrittenCount();
            FactCodec.Encode(then[i], _then);
            FactCodec.Encode(now[i], _now);
            if (!_then.WrittenSpan.SequenceEqual(_now.WrittenSpan))
                return false;
        }

        return true;
    }
}
