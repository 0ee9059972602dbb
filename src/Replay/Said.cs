using System.Buffers;
using EdgeRuntime.Decisions;
using EdgeRuntime.Facts;
using EdgeRuntime.Journal;

namespace EdgeRuntime.Replay;

/// <summary>What the engine said about one input then. Where it was made <see cref="Ready"/>, by the thread that reads, comparing it takes less of the one that computes.</summary>
sealed class Said(StoredBatch batch)
{
    /// <summary>Canonical bytes of all facts but vectors, which are compared number by number; null: not made ready.</summary>
    byte[]? _bytes;
    int[] _ends = [];

    public long Frame => batch.Frame;

    public IReadOnlyList<Fact> Facts => batch.Batch.Facts;

    /// <summary>Frame of the input that it was said about; 0 when none is named.</summary>
    public long Cause { get; } = DecisionEngine.CauseOf(batch.Batch);

    /// <summary>What the engine hashes when it says the same again; null where that was not made ready.</summary>
    public DigestsAhead? Ahead { get; private init; }

    /// <param name="bytes">Room to work in, used again and again.</param>
    public static Said Ready(StoredBatch batch, ArrayBufferWriter<byte> bytes)
    {
        IReadOnlyList<Fact> facts = batch.Batch.Facts;
        DigestsAhead? ahead = DigestsAhead.For(facts, bytes);
        bytes.ResetWrittenCount();
        var ends = new int[facts.Count];
        for (int i = 0; i < ends.Length; i++)
        {
            if (facts[i] is not FeatureVector)
                FactCodec.Encode(facts[i], bytes);
            ends[i] = bytes.WrittenCount;
        }

        return new Said(batch) { Ahead = ahead, _bytes = bytes.WrittenSpan.ToArray(), _ends = ends };
    }

    /// <summary>Canonical bytes of a fact that is not a vector; valid until the next call with <paramref name="room"/>.</summary>
    public ReadOnlySpan<byte> BytesOf(int index, ArrayBufferWriter<byte> room)
    {
        if (_bytes is not null)
            return _bytes.AsSpan((index == 0 ? 0 : _ends[index - 1]).._ends[index]);
        room.ResetWrittenCount();
        FactCodec.Encode(Facts[index], room);
        return room.WrittenSpan;
    }
}
