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

        var pairs = new SortedDictionary<(int First, int Second), SortedDictionary<int, int>>();
        foreach (List<(int Recording, int Row)> same in places.Values.Where(p => p.Count > 1))
        {
            foreach ((int first, int row) in same)
            {
                foreach ((int second, int other) in same.Where(s => s.Recording > first))
                {
                    if (!pairs.TryGetValue((first, second), out SortedDictionary<int, int>? shared))
                        pairs.Add((first, second), shared = []);
                    for (int i = 0; i < RunRows; i++)
                        shared[row + i] = other + i;
                }
            }
        }

        return [.. pairs.Select(p => new SharedRows(
            names[p.Key.First], names[p.Key.Second], p.Value.Count, p.Value.Count(s => Contradict(labels.Of(recordings[p.Key.First][s.Key].Label), labels.Of(recordings[p.Key.Second][s.Value].Label)))))];
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
        using var sha = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (Digest row in rows)
        {
            moved |= row != rows[0];
            sha.AppendData(row.ToBytes());
        }

        return moved ? Digest.FromBytes(sha.GetHashAndReset()) : null;
    }
}
