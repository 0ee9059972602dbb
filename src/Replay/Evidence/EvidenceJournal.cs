using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using EdgeRuntime.Journal;
using EdgeRuntime.Journal.Disks;

namespace EdgeRuntime.Replay.Evidence;

/// <summary>
/// The journal's own bytes. From the first sample to the record they are one piece per segment, so that the hash chain can be computed over all of it; the
/// activation and the measurements lie further back, each in a piece of its own. What is sealed comes as its unit with the signed checkpoint.
/// </summary>
static class EvidenceJournal
{
    public static void Add(SortedDictionary<string, ReadOnlyMemory<byte>> files, EvidenceFacts facts, string folder, IDisk disk, ICollection<string> notes)
    {
        var raw = RawJournal.Read(folder, disk, RangesOf(facts));
        foreach (RawUnit unit in raw.Units)
        {
            foreach ((string name, ReadOnlyMemory<byte> bytes) in unit.Files)
                files[$"sealed/{name}"] = bytes;
            files[EvidenceSeal.KeyName] = Encoding.ASCII.GetBytes(PemEncoding.WriteString("PUBLIC KEY", unit.Key.Span) + "\n");
            notes.Add($"Frames {unit.First} to {unit.Last} are sealed: they are in the pack as Parquet, with the digests that the box signed.");
        }

        var pieces = new StringBuilder("file,segment,offset,first,last\n");
        foreach (RawFrames piece in raw.Frames)
        {
            string name = string.Create(CultureInfo.InvariantCulture, $"{piece.Segment}-{piece.Offset:D10}.frames");
            files[$"journal/{piece.Segment}.header"] = piece.Header;
            files[$"journal/{name}"] = piece.Bytes;
            pieces.Append(CultureInfo.InvariantCulture, $"{name},{piece.Segment},{piece.Offset},{piece.First},{piece.Last}\n");
        }

        files["journal/pieces.csv"] = Encoding.UTF8.GetBytes(pieces.ToString());
    }

    /// <summary>Ascending, apart from each other.</summary>
    static RawRange[] RangesOf(EvidenceFacts facts)
    {
        var main = new RawRange(EvidenceText.FirstFrame(facts), facts.Recorded.Record.Frame, WithSamples: true);
        IEnumerable<RawRange> others = facts.Placed.Select(f => f.At.Frame).Distinct().Where(f => f < main.From || f > main.To).Select(f => new RawRange(f, f, WithSamples: false));
        return [.. others.Append(main).OrderBy(r => r.From)];
    }
}
