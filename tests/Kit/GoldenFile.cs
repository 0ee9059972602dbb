using System.Globalization;
using System.Text;

namespace EdgeRuntime.Tests.Kit;

/// <summary>
/// Bytes or text frozen as a file that a review can read. A difference fails with the first place where it shows; with
/// UPDATE_GOLDEN=1 in the environment the file is rewritten instead, and the diff is what the review looks at.
/// </summary>
public static class GoldenFile
{
    const int BytesPerLine = 16;

    static bool Updating => Environment.GetEnvironmentVariable("UPDATE_GOLDEN") == "1";

    /// <summary>Compares bytes with a hex file: comment lines with #, then offset, 16 bytes a line, and the same as ASCII between bars.</summary>
    /// <param name="path">Below the repository, with slashes.</param>
    /// <param name="comment">What the bytes are; written above them and part of the file.</param>
    public static void CheckBytes(string path, ReadOnlySpan<byte> actual, string comment) =>
        CheckText(path, Dump(actual, comment));

    /// <summary>The frozen bytes of a hex file.</summary>
    public static byte[] ReadBytes(string path)
    {
        var bytes = new List<byte>();
        foreach (string line in File.ReadLines(Full(path)))
        {
            if (line.Length == 0 || line[0] == '#')
                continue;
            string hex = line[..line.IndexOf('|', StringComparison.Ordinal)];
            string[] columns = hex.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            int offset = int.Parse(columns[0], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
            if (offset != bytes.Count)
                throw new GoldenMismatchException($"{path}: the line at offset {columns[0]} follows {bytes.Count} bytes.");
            bytes.AddRange(columns[1..].Select(b => byte.Parse(b, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture)));
        }

        return [.. bytes];
    }

    public static void CheckText(string path, string actual)
    {
        string file = Full(path);
        string? frozen = File.Exists(file) ? File.ReadAllText(file) : null;
        if (frozen == actual)
            return;
        if (Updating)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            File.WriteAllText(file, actual);
            return;
        }

        throw new GoldenMismatchException(frozen is null
            ? $"{path} does not exist. Run the test once with UPDATE_GOLDEN=1 and review the new file."
            : $"{path} differs.{Difference(frozen, actual)}\nIf the change is meant, run the test once with UPDATE_GOLDEN=1 and say so in the commit.");
    }

    /// <summary>Lines that only one side has, in order, with - for frozen and + for actual.</summary>
    static string Difference(string frozen, string actual)
    {
        string[] before = frozen.Split('\n'), after = actual.Split('\n');
        IEnumerable<string> lines = before.Except(after).Select(l => "\n- " + l).Concat(after.Except(before).Select(l => "\n+ " + l));
        string text = string.Concat(lines.Take(40));
        return text.Length > 0 ? text : "\nThe same lines stand in another order.";
    }

    static string Dump(ReadOnlySpan<byte> bytes, string comment)
    {
        var text = new StringBuilder();
        foreach (string line in comment.Split('\n'))
            text.Append("# ").Append(line).Append('\n');
        for (int offset = 0; offset < bytes.Length; offset += BytesPerLine)
        {
            ReadOnlySpan<byte> line = bytes[offset..Math.Min(offset + BytesPerLine, bytes.Length)];
            text.Append(CultureInfo.InvariantCulture, $"{offset:x4} ");
            foreach (byte b in line)
                text.Append(CultureInfo.InvariantCulture, $" {b:x2}");
            text.Append(' ', 3 * (BytesPerLine - line.Length)).Append("  |");
            foreach (byte b in line)
                text.Append(b is >= 0x20 and < 0x7f ? (char)b : '.');
            text.Append("|\n");
        }

        return text.ToString();
    }

    static string Full(string path) => Path.Combine(TestData.Repository, path.Replace('/', Path.DirectorySeparatorChar));
}

/// <summary>What is made today is not what was frozen.</summary>
public sealed class GoldenMismatchException(string message) : Exception(message);
