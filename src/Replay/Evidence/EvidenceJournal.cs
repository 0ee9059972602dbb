using System.Globalization;
using System.Text;
using System.Text.Json;
using EdgeRuntime.Journal;
using EdgeRuntime.Journal.Disks;

namespace EdgeRuntime.Replay.Evidence;

/// <summary>
/// The journal's own bytes. From the first sample to the record they are one piece per segment, so that the hash chain can be computed over all of it; the
/// activation and the measurements lie further back, each in a piece of its own. What was sealed comes as its whole unit with the signed checkpoint.
/// </summary>
static class EvidenceJournal
{
    const string CheckpointSuffix = ".checkpoint";

    public static void Add(SortedDictionary<string, ReadOnlyMemory<byte>> files, EvidenceFacts facts, string folder, IDisk disk, ICollection<string> notes)
    {
        List<(long From, long To)> ranges = RangesOf(facts);
        long sealedTo = AddUnits(files, ranges, folder, disk);
        if (sealedTo > 0)
            notes.Add($"Frames up to {sealedTo} are sealed: they are in the pack as Parquet, with the digests that the box signed.");
        var pieces = new StringBuilder("file,segment,offset,first,last\n");
        foreach (RawFrames piece in ranges.Where(r => r.To > sealedTo).SelectMany(r => RawFrames.Read(folder, disk, Math.Max(r.From, sealedTo + 1), r.To)))
        {
            string name = string.Create(CultureInfo.InvariantCulture, $"{piece.Segment}-{piece.Offset:D10}.frames");
            files[$"journal/{piece.Segment}.header"] = piece.Header;
            files[$"journal/{name}"] = piece.Bytes;
            pieces.Append(CultureInfo.InvariantCulture, $"{name},{piece.Segment},{piece.Offset},{piece.First},{piece.Last}\n");
        }

        files["journal/pieces.csv"] = Encoding.UTF8.GetBytes(pieces.ToString());
    }

    /// <summary>Ascending, apart from each other.</summary>
    static List<(long From, long To)> RangesOf(EvidenceFacts facts)
    {
        (long From, long To) main = (EvidenceText.FirstFrame(facts), facts.Recorded.Record.Frame);
        IEnumerable<(long, long)> others = facts.Placed.Select(f => f.At.Frame).Distinct().Where(f => f < main.From || f > main.To).Select(f => (f, f));
        return [.. others.Append(main).Order()];
    }

    /// <returns>The newest frame that is in a unit; 0 when none is.</returns>
    static long AddUnits(SortedDictionary<string, ReadOnlyMemory<byte>> files, List<(long From, long To)> ranges, string folder, IDisk disk)
    {
        long newest = 0;
        foreach (string name in disk.List(folder).Where(n => n.EndsWith(CheckpointSuffix, StringComparison.Ordinal)).Order(StringComparer.Ordinal))
        {
            byte[] checkpoint = Bytes(disk, Path.Combine(folder, name));
            int line = Array.IndexOf(checkpoint, (byte)'\n');
            using var payload = JsonDocument.Parse(checkpoint.AsMemory(0, line < 0 ? checkpoint.Length : line));
            long first = payload.RootElement.GetProperty("firstFrame").GetInt64(), last = payload.RootElement.GetProperty("lastFrame").GetInt64();
            newest = Math.Max(newest, last);
            if (!ranges.Exists(r => r.From <= last && r.To >= first))
                continue;
            files[$"sealed/{name}"] = checkpoint;
            foreach (JsonElement file in payload.RootElement.GetProperty("files").EnumerateArray())
            {
                string part = file.GetProperty("name").GetString()!;
                files[$"sealed/{part}"] = Bytes(disk, Path.Combine(folder, Path.GetFileName(part)));
            }
        }

        return newest;
    }

    static byte[] Bytes(IDisk disk, string path)
    {
        using IDiskFile file = disk.Open(path, forWriting: false);
        var bytes = new byte[file.Length];
        for (int read = 0; read < bytes.Length;)
        {
            int more = file.Read(read, bytes.AsSpan(read));
            if (more == 0)
                throw new IOException($"{path} became shorter while it was read.");
            read += more;
        }

        return bytes;
    }
}
