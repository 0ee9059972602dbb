using System.Buffers;
using System.Text;

namespace EdgeRuntime.Tests.Kit;

/// <summary>Writes protobuf fields by hand, so that what a test feeds to the product does not come from the product's own writer.</summary>
public sealed class ProtobufBytes
{
    readonly ArrayBufferWriter<byte> _bytes = new();

    public ProtobufBytes Number(int field, long value)
    {
        Varint((ulong)field << 3);
        Varint((ulong)value);
        return this;
    }

    public ProtobufBytes Bytes(int field, ReadOnlySpan<byte> content)
    {
        Varint(((ulong)field << 3) | 2);
        Varint((ulong)content.Length);
        _bytes.Write(content);
        return this;
    }

    public ProtobufBytes Text(int field, string text) => Bytes(field, Encoding.UTF8.GetBytes(text));

    public ProtobufBytes Message(int field, ProtobufBytes message) => Bytes(field, message.ToArray());

    public byte[] ToArray() => _bytes.WrittenSpan.ToArray();

    void Varint(ulong value)
    {
        for (; value >= 0x80; value >>= 7)
            _bytes.Write([(byte)(value | 0x80)]);
        _bytes.Write([(byte)value]);
    }
}
