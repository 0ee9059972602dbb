using System.Buffers.Binary;
using System.Security.Cryptography;
using EdgeRuntime.Facts;

namespace EdgeRuntime.Hq.Datasets;

/// <summary>
/// Finds what recordings have in common. Rows are the same when <see cref="RunRows"/> of them side by side hold the same values in every signal, whatever
/// their times say: so an overlap is found, and a copy with other times too, while two machines that stand still are not taken for one.
/// </summary>
static class SharedRowsSearch
{
    /// <summary>Long enough that quantised instruments do not agree by chance.</summary>
    internal const int RunRows = 10;

    /// <param name="recordings">The rows of each recording as they lie in its file.</param>
    /// <param name="names">Their names.</param>
    /// <param name="labels">How a label is read, for contradictions.</param>
    internal static IReadOnlyList<SharedRows> Find(IReadOnlyList<IReadOnlyList<SignalRow>> recordings, IReadOnlyList<string> names, LabelMapping labels)
    {
        Digest[][] rows = [.. recordings.Select(r => r.Select(Of).ToArray())];
        var places = new Dictionary<Digest, List<(int Recording, int Row)>>();
        for (int r = 0; r < rows.Length; r++)
        {
            for (int i = 0; i + RunRows <= rows[r].Length; i++)
            {
                if (RunOf(rows[r].AsSpan(i, RunRows)) is not { } run)
                    continue;
                if (!places.TryGetValue(run, out List<(int, int)>? known))
                    places.Add(run, known = []);
                known.Add((r, i));
            }
        }

        var pairs = new SortedDictionary<(int First, int Second), Dictionary<int, int>>();
        foreach (List<(int Recording, int Row)> same in places.Values.Where(p => p[0].Recording != p[^1].Recording))
            Link(same, pairs);
        return [.. pairs.Select(p => new SharedRows(
            names[p.Key.First], names[p.Key.Second], p.Value.Count, p.Value.Count(s => Contradict(labels.Of(recordings[p.Key.First][s.Key].Label), labels.Of(recordings[p.Key.Second][s.Value].Label)))))];
    }

    /// <summary>
    /// Each place of a run in one recording with the run's first place in every later one. Where a machine goes through the same values again and again, every place with every place would be their square, and tell no more.
    /// </summary>
    /// <param name="same">The places of one run, recording by recording.</param>
    /// <param name="pairs">By two recordings: rows of the first, and for each a row of the second that is the same.</param>
    static void Link(List<(int Recording, int Row)> same, SortedDictionary<(int First, int Second), Dictionary<int, int>> pairs)
    {
        int[] begins = [.. Enumerable.Range(0, same.Count).Where(i => i == 0 || same[i].Recording != same[i - 1].Recording)];
        for (int a = 0; a + 1 < begins.Length; a++)
        {
            foreach (int b in begins[(a + 1)..])
            {
                (int first, (int second, int other)) = (same[begins[a]].Recording, same[b]);
                if (!pairs.TryGetValue((first, second), out Dictionary<int, int>? shared))
                    pairs.Add((first, second), shared = []);
                for (int place = begins[a]; place < begins[a + 1]; place++)
                {
                    for (int i = 0; i < RunRows; i++)
                        shared.TryAdd(same[place].Row + i, other + i);
                }
            }
        }
    }

    /// <summary>Recordings that share rows, directly or through others, get the same number; numbers count from 0 in the order of the recordings.</summary>
    internal static int[] Groups(IReadOnlyList<string> names, IReadOnlyList<SharedRows> shared)
    {
        int[] group = [.. Enumerable.Range(0, names.Count)];
        foreach (SharedRows pair in shared)
        {
            int first = group[IndexOf(names, pair.First)], second = group[IndexOf(names, pair.Second)];
            (int kept, int gone) = (Math.Min(first, second), Math.Max(first, second));
            for (int i = 0; i < group.Length; i++)
                group[i] = group[i] == gone ? kept : group[i];
        }

        int[] numbers = [.. group.Distinct().Order()];
        return [.. group.Select(g => Array.IndexOf(numbers, g))];
    }

    static int IndexOf(IReadOnlyList<string> names, string name)
    {
        for (int i = 0; i < names.Count; i++)
        {
            if (names[i] == name)
                return i;
        }

        throw new ArgumentException($"There is no recording {name}.", nameof(name));
    }

    static bool Contradict(Truth first, Truth second) => first != Truth.Unknown && second != Truth.Unknown && first != second;

    static Digest Of(SignalRow row)
    {
        byte[] bytes = new byte[row.Values.Length * sizeof(long)];
        for (int i = 0; i < row.Values.Length; i++)
            BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(i * sizeof(long)), BitConverter.DoubleToInt64Bits(double.IsNaN(row.Values[i]) ? double.NaN : row.Values[i]));
        return Digest.Of(bytes);
    }

    /// <summary>Null: nothing moved in it, which is no sign of a common origin.</summary>
    static Digest? RunOf(ReadOnlySpan<Digest> rows)
    {
        bool moved = false;
        Span<byte> bytes = stackalloc byte[RunRows * SHA256.HashSizeInBytes];
        for (int i = 0; i < rows.Length; i++)
        {
            moved |= rows[i] != rows[0];
            rows[i].CopyTo(bytes[(i * SHA256.HashSizeInBytes)..]);
        }

        return moved ? Digest.Of(bytes) : null;
    }
}
