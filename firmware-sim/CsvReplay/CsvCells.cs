using System.Text;

namespace EdgeRuntime.FirmwareSim.CsvReplay;

/// <summary>Splits one line. A cell in double quotes may hold the delimiter; a doubled quote stands for one.</summary>
static class CsvCells
{
    /// <summary>Fills <paramref name="cells"/>; false when a quote is not closed.</summary>
    public static bool TrySplit(ReadOnlySpan<byte> line, byte delimiter, List<byte[]> cells)
    {
        cells.Clear();
        while (true)
        {
            if (line is [(byte)'"', ..])
            {
                if (!TryTakeQuoted(ref line, delimiter, cells, out bool last))
                    return false;
                if (last)
                    return true;
                continue;
            }

            int end = line.IndexOf(delimiter);
            if (end < 0)
            {
                cells.Add(line.ToArray());
                return true;
            }

            cells.Add(line[..end].ToArray());
            line = line[(end + 1)..];
        }
    }

    static bool TryTakeQuoted(ref ReadOnlySpan<byte> line, byte delimiter, List<byte[]> cells, out bool last)
    {
        last = false;
        var cell = new List<byte>();
        for (int i = 1; i < line.Length; i++)
        {
            if (line[i] != '"')
            {
                cell.Add(line[i]);
                continue;
            }

            if (i + 1 < line.Length && line[i + 1] == '"')
            {
                cell.Add((byte)'"');
                i++;
                continue;
            }

            cells.Add([.. cell]);
            last = i + 1 == line.Length;
            if (!last && line[i + 1] != delimiter)
                return false;
            line = last ? default : line[(i + 2)..];
            return true;
        }

        return false;
    }

    public static string Text(byte[] cell) => Encoding.UTF8.GetString(cell);
}
