using System.Buffers;
using Google.Protobuf;

namespace EdgeRuntime.Hq.Onnx;

/// <summary>One protobuf message under construction: exactly the fields that were added, in that order, so the same calls give the same bytes.</summary>
sealed class ProtoMessage
{
    readonly ArrayBufferWriter<byte> _bytes = new();

    internal ProtoMessage Integer(int field, long value) => Write(field, WireFormat.WireType.Varint, to => to.WriteInt64(value));

    internal ProtoMessage Text(int field, string value) => Write(field, WireFormat.WireType.LengthDelimited, to => to.WriteString(value));

    internal ProtoMessage Bytes(int field, byte[] value) =>
        Write(field, WireFormat.WireType.LengthDelimited, to => to.WriteBytes(UnsafeByteOperations.UnsafeWrap(value)));

    internal ProtoMessage Message(int field, ProtoMessage value) => Bytes(field, value.ToArray());

    internal byte[] ToArray() => _bytes.WrittenSpan.ToArray();

    ProtoMessage Write(int field, WireFormat.WireType type, Action<CodedOutputStream> value)
    {
        using var part = new MemoryStream();
        using (var to = new CodedOutputStream(part, leaveOpen: true))
        {
            to.WriteTag(field, type);
            value(to);
        }

        _bytes.Write(part.GetBuffer().AsSpan(0, (int)part.Length));
        return this;
    }
}
