using System.Buffers;
using System.Runtime.InteropServices;
using EdgeRuntime.Facts;

namespace EdgeRuntime.Replay;

/// <summary>Compares what was said then and now by canonical bytes, without a look at where they differ. One thread at a time.</summary>
sealed class Comparison
{
    readonly ArrayBufferWriter<byte> _then = new(1 << 16);
    readonly ArrayBufferWriter<byte> _now = new(1 << 16);

    public bool AreSame(Said then, IReadOnlyList<Fact> now)
    {
        IReadOnlyList<Fact> facts = then.Facts;
        if (facts.Count != now.Count)
            return false;
        for (int i = 0; i < facts.Count; i++)
        {
            if (facts[i] is FeatureVector vector && now[i] is FeatureVector again)
            {
                // Nearly all bytes of what a busy engine says; bit for bit without putting them into bytes twice.
                if (!AreSame(vector, again))
                    return false;
                continue;
            }

            // One that was recorded as a vector has no bytes made ready, and what has been computed is another fact.
            if (facts[i].Kind != now[i].Kind)
                return false;
            _now.ResetWrittenCount();
            FactCodec.Encode(now[i], _now);
            if (!then.BytesOf(i, _then).SequenceEqual(_now.WrittenSpan))
                return false;
        }

        return true;
    }

    /// <summary>Floats by their bits: NaN is the same as itself, and zero another than minus zero.</summary>
    static bool AreSame(FeatureVector then, FeatureVector now) =>
        then.Asset == now.Asset && then.At == now.At && then.Cause == now.Cause && then.Pipeline == now.Pipeline && then.InputAge == now.InputAge
        && then.Gaps.SequenceEqual(now.Gaps) && BitsOf(then.Values).SequenceEqual(BitsOf(now.Values));

    static ReadOnlySpan<byte> BitsOf(IReadOnlyList<float> values) => MemoryMarshal.AsBytes<float>(values as float[] ?? [.. values]);
}
