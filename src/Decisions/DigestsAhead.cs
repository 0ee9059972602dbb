using System.Buffers;
using EdgeRuntime.Facts;

namespace EdgeRuntime.Decisions;

/// <summary>
/// The SHA-256 of what the engine is expected to hash for one input, made where there is time for it: from what it said about that input then. What is hashed
/// lies beside each, and only the very same bytes get it; all others are hashed as if nothing had been expected. Made by one thread, asked by one.
/// </summary>
public sealed class DigestsAhead
{
    /// <summary>So many expected ones are looked at for each that is asked for: what is expected comes in order, and what does not come must not cost much.</summary>
    const int NearMax = 4;

    readonly byte[] _bytes;
    readonly (int End, Digest Digest)[] _expected;
    int _next;

    DigestsAhead(byte[] bytes, (int End, Digest Digest)[] expected)
    {
        _bytes = bytes;
        _expected = expected;
    }

    /// <summary>For the input that made the engine say these facts; null where there is nothing to be made ahead.</summary>
    /// <param name="said">All that one input made it say, in order.</param>
    /// <param name="bytes">Room to work in; what is in it is lost.</param>
    public static DigestsAhead? For(IReadOnlyList<Fact> said, ArrayBufferWriter<byte> bytes)
    {
        bytes.ResetWrittenCount();
        var expected = new List<(int End, Digest Digest)>();
        FeatureVector? vector = null;
        foreach (Fact fact in said)
        {
            if (fact is Decision decision && vector is not null)
            {
                DecisionWriter.WriteId(vector, decision.Serving, bytes);
                Add();
                FactCodec.Encode(vector, bytes);
                Add();
            }

            vector = fact as FeatureVector ?? vector;
        }

        return expected.Count == 0 ? null : new DigestsAhead(bytes.WrittenSpan.ToArray(), [.. expected]);

        void Add() => expected.Add((bytes.WrittenCount, Digest.Of(bytes.WrittenSpan[(expected.Count == 0 ? 0 : expected[^1].End)..])));
    }

    /// <summary>What <see cref="Digest.Of"/> gives for the bytes.</summary>
    internal Digest Of(ReadOnlySpan<byte> bytes)
    {
        for (int i = _next; i < _expected.Length && i < _next + NearMax; i++)
        {
            int start = i == 0 ? 0 : _expected[i - 1].End;
            if (!bytes.SequenceEqual(_bytes.AsSpan(start, _expected[i].End - start)))
                continue;
            _next = i + 1;
            return _expected[i].Digest;
        }

        return Digest.Of(bytes);
    }
}
