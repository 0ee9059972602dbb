using System.Globalization;
using System.Text;
using System.Text.Json;
using EdgeRuntime.Facts;
using EdgeRuntime.Journal.Disks;

namespace EdgeRuntime.Journal.Repair;

/// <summary>
/// The mark that a repair leaves beside a segment, <c>NNNNNNNNNN.hole</c>: what is lost there and how the chain goes on. Line 1 is JSON, line 2 the SHA-256 of
/// line 1. Readers step over what it names and over nothing else; a verifier tells it as a loss for ever.
/// </summary>
sealed record SegmentHoles
{
    const string Suffix = ".hole";
    const int Digits = 10;
    const int Format = 1;

    public required long Segment { get; init; }

    /// <summary>The whole file was gone.</summary>
    public required bool IsMissing { get; init; }

    public required StatedHeader? Header { get; init; }

    /// <summary>By offset, ascending.</summary>
    public required IReadOnlyList<Hole> Holes { get; init; }

    /// <summary>When it was repaired last, nanoseconds since 1970.</summary>
    public required long RepairedAt { get; init; }

    /// <summary>Names this mark: the SHA-256 of its line 1.</summary>
    public Digest Identity => Digest.Of(Line());

    public static string NameOf(long segment) => segment.ToString("D10", CultureInfo.InvariantCulture) + Suffix;

    public static bool IsHole(string name) => NumberOf(name) > 0;

    public static long NumberOf(string name) =>
        name.Length == Digits + Suffix.Length
        && name.EndsWith(Suffix, StringComparison.Ordinal)
        && long.TryParse(name.AsSpan(0, Digits), NumberStyles.None, CultureInfo.InvariantCulture, out long number)
            ? number
            : 0;

    public Hole? At(long offset) => Holes.FirstOrDefault(h => h.Offset == offset);

    /// <summary>The mark of a segment; null where there is none, or where it is not what was written: then the damage is damage again.</summary>
    public static SegmentHoles? Of(IDisk disk, string folder, long segment)
    {
        if (!disk.List(folder).Contains(NameOf(segment)))
            return null;
        return TryRead(disk, folder, segment, out SegmentHoles? read) is null ? read : null;
    }

    /// <returns>Null, or what is wrong with the mark.</returns>
    public static string? TryRead(IDisk disk, string folder, long segment, out SegmentHoles? read)
    {
        read = null;
        byte[] bytes;
        using (IDiskFile file = disk.Open(Path.Combine(folder, NameOf(segment)), forWriting: false))
        {
            bytes = new byte[file.Length];
            file.Read(0, bytes);
        }

        int end = bytes.AsSpan().IndexOf((byte)'\n');
        if (end < 0 || Encoding.ASCII.GetString(bytes.AsSpan(end + 1)) != Digest.Of(bytes.AsSpan(0, end)).Hex + "\n")
            return "the repair mark does not match its checksum";
        using JsonDocument json = JsonDocument.Parse(bytes.AsMemory(0, end));
        JsonElement root = json.RootElement;
        if (root.GetProperty("format").GetInt32() != Format || root.GetProperty("segment").GetInt64() != segment)
            return "the repair mark is of another format or segment";
        read = new SegmentHoles
        {
            Segment = segment,
            IsMissing = root.GetProperty("missing").GetBoolean(),
            Header = root.TryGetProperty("header", out JsonElement header)
                ? new StatedHeader(header.GetProperty("firstFrame").GetInt64(), header.GetProperty("previousHash").GetBytesFromBase64(), header.GetProperty("check").GetUInt32())
                : null,
            Holes = [.. root.GetProperty("holes").EnumerateArray().Select(HoleOf)],
            RepairedAt = root.GetProperty("repairedAt").GetInt64(),
        };
        return null;
    }

    /// <summary>Puts the mark beside its segment, durably, in the place of an older one.</summary>
    public void Write(IDisk disk, string folder)
    {
        byte[] line = Line();
        byte[] bytes = [.. line, (byte)'\n', .. Encoding.ASCII.GetBytes(Digest.Of(line).Hex), (byte)'\n'];
        string path = Path.Combine(folder, NameOf(Segment));
        string beside = path + ".writing";
        if (disk.List(folder).Contains(Path.GetFileName(beside)))
            disk.Delete(beside);
        using (IDiskFile file = disk.Create(beside, 0))
        {
            file.Write(0, bytes);
            file.Sync();
        }

        disk.Rename(beside, path);
        disk.SyncFolder(folder);
    }

    byte[] Line()
    {
        using var to = new MemoryStream();
        using (var json = new Utf8JsonWriter(to))
        {
            json.WriteStartObject();
            json.WriteNumber("format", Format);
            json.WriteNumber("segment", Segment);
            json.WriteNumber("repairedAt", RepairedAt);
            json.WriteBoolean("missing", IsMissing);
            if (Header is { } header)
            {
                json.WriteStartObject("header");
                json.WriteNumber("firstFrame", header.FirstFrame);
                json.WriteBase64String("previousHash", header.PreviousHash);
                json.WriteNumber("check", header.Check);
                json.WriteEndObject();
            }

            json.WriteStartArray("holes");
            foreach (Hole hole in Holes)
                Write(json, hole);
            json.WriteEndArray();
            json.WriteEndObject();
        }

        return to.ToArray();
    }

    static void Write(Utf8JsonWriter json, Hole hole)
    {
        json.WriteStartObject();
        json.WriteNumber("offset", hole.Offset);
        json.WriteNumber("next", hole.Next);
        json.WriteNumber("firstLost", hole.FirstLost);
        json.WriteNumber("lastLost", hole.LastLost);
        json.WriteNumber("nextFrame", hole.NextFrame);
        json.WriteNumber("groupOffset", hole.GroupOffset);
        json.WriteBase64String("goesOnFrom", hole.GoesOnFrom);
        json.WriteString("sha256", hole.Sha256);
        json.WriteString("what", hole.What);
        json.WriteEndObject();
    }

    static Hole HoleOf(JsonElement from) => new(
        from.GetProperty("offset").GetInt64(),
        from.GetProperty("next").GetInt64(),
        from.GetProperty("firstLost").GetInt64(),
        from.GetProperty("lastLost").GetInt64(),
        from.GetProperty("nextFrame").GetInt64(),
        from.GetProperty("groupOffset").GetUInt32(),
        from.GetProperty("goesOnFrom").GetBytesFromBase64(),
        from.GetProperty("sha256").GetString()!,
        from.GetProperty("what").GetString()!);
}
