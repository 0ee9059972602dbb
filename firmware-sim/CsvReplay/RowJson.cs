using System.Buffers;
using System.Text;
using System.Text.Json;

namespace EdgeRuntime.FirmwareSim.CsvReplay;

/// <summary>Rows as JSON: <c>t</c> and what is not empty, with the file's own digits. Keys are the column names as they are, spaces included.</summary>
sealed class RowJson(IReadOnlyList<string> columns)
{
    readonly byte[][] _keys = [.. columns.Select(c => Encoding.UTF8.GetBytes(",\"" + JsonEncodedText.Encode(c).ToString() + "\":"))];

    /// <param name="nulls">True: an empty cell is written as null; false: it is left out.</param>
    public byte[] Write(string time, IReadOnlyList<byte[]?> tokens, bool nulls = false)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        buffer.Write("{\"t\":\""u8);
        Encoding.UTF8.GetBytes(time, buffer);
        buffer.Write("\""u8);
        for (int i = 0; i < tokens.Count; i++)
        {
            if (tokens[i] is null && !nulls)
                continue;
            buffer.Write(_keys[i]);
            buffer.Write(tokens[i] ?? "null"u8);
        }

        buffer.Write("}"u8);
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>One value for a topic of its own.</summary>
    public static byte[] Write(string time, byte[] token)
    {
        var buffer = new ArrayBufferWriter<byte>(64);
        buffer.Write("{\"t\":\""u8);
        Encoding.UTF8.GetBytes(time, buffer);
        buffer.Write("\",\"v\":"u8);
        buffer.Write(token);
        buffer.Write("}"u8);
        return buffer.WrittenSpan.ToArray();
    }
}
