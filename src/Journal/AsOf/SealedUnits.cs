using System.Text;
using System.Text.Json;
using EdgeRuntime.Journal.Disks;

namespace EdgeRuntime.Journal.AsOf;

/// <summary>Finds the units that count: those whose checkpoint is there.</summary>
static class SealedUnits
{
    const string CheckpointSuffix = ".checkpoint";
    const string IndexSuffix = ".index";

    /// <summary>The names of their indexes, in the order of the units.</summary>
    /// <exception cref="JournalCorruptException">A checkpoint cannot be read or names no index.</exception>
    public static List<string> IndexesIn(IDisk disk, string folder)
    {
        // Numbers have ten digits, so names sort as units were written.
        List<string> indexes = [];
        foreach (string name in disk.List(folder).Where(name => name.EndsWith(CheckpointSuffix, StringComparison.Ordinal)))
            indexes.Add(IndexOf(disk, folder, name));
        return indexes;
    }

    static string IndexOf(IDisk disk, string folder, string checkpoint)
    {
        using IDiskFile file = disk.Open(Path.Combine(folder, checkpoint), forWriting: false);
        byte[] bytes = new byte[file.Length];
        int read = file.Read(0, bytes);
        ReadOnlySpan<byte> line = bytes.AsSpan(0, read);
        int end = line.IndexOf((byte)'\n');
        try
        {
            using JsonDocument document = JsonDocument.Parse(Encoding.UTF8.GetString(end < 0 ? line : line[..end]));
            foreach (JsonElement one in document.RootElement.GetProperty("files").EnumerateArray())
            {
                if (one.GetProperty("name").GetString() is { } name && name.EndsWith(IndexSuffix, StringComparison.Ordinal))
                    return name;
            }
        }
        catch (Exception wrong) when (wrong is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw new JournalCorruptException(checkpoint, 0, 0, $"its first line is not what a checkpoint says: {wrong.Message}");
        }

        throw new JournalCorruptException(checkpoint, 0, 0, "it names no index");
    }
}
