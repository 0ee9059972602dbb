namespace EdgeRuntime.Inference.Onnx;

/// <summary>Walks the fields of one protobuf message without copying. Says where the bytes stop making sense.</summary>
ref struct ProtobufCursor(ReadOnlySpan<byte> message, int start)
{
    internal const int Varint = 0;
    internal const int Bytes = 2;

    readonly ReadOnlySpan<byte> _message = message;
    readonly int _start = start;
    int _at;

    internal int Field { get; private set; }
    internal int WireType { get; private set; }

    /// <summary>The value of a varint field.</summary>
    internal ulong Number { get; private set; }

    /// <summary>The content of a length-delimited field.</summary>
    internal ReadOnlySpan<byte> Content { get; private set; }

    /// <summary>Where <see cref="Content"/> begins in the whole file.</summary>
    internal int ContentStart { get; private set; }

    /// <summary>Steps to the next field; false at the end of the message.</summary>
    /// <exception cref="ModelRefusedException">The bytes are not a protobuf message, or it is cut off.</exception>
    internal bool Next()
    {
        if (_at == _message.Length)
            return false;
        int at = _at;
        ulong key = ReadVarint();
        Field = (int)Math.Min(key >> 3, int.MaxValue);
        WireType = (int)(key & 7);
        if (Field == 0)
            throw Wrong(at, "there is no field number");
        switch (WireType)
        {
            case Varint:
                Number = ReadVarint();
                break;
            case Bytes:
                ulong length = ReadVarint();
                ContentStart = _start + _at;
                Content = Take(length, at);
                break;
            case 1:
                Take(8, at);
                break;
            case 5:
                Take(4, at);
                break;
            default:
                throw Wrong(at, "a field has a wire type that protobuf does not have");
        }

        return true;
    }

    /// <summary>The content of a length-delimited field as packed varints.</summary>
    internal readonly long[] Varints()
    {
        var numbers = new List<long>();
        var packed = new ProtobufCursor(Content, ContentStart);
        while (packed._at < packed._message.Length)
            numbers.Add((long)packed.ReadVarint());
        return [.. numbers];
    }

    ulong ReadVarint()
    {
        int at = _at;
        ulong value = 0;
        for (int shift = 0; shift < 70; shift += 7)
        {
            if (_at == _message.Length)
                throw Wrong(at, "the file ends inside a number");
            byte b = _message[_at++];
            value |= shift == 63 ? (ulong)(b & 1) << 63 : (ulong)(b & 0x7f) << shift;
            if (b < 0x80)
                return value;
        }

        throw Wrong(at, "a number is longer than ten bytes");
    }

    ReadOnlySpan<byte> Take(ulong length, int at)
    {
        if (length > (ulong)(_message.Length - _at))
            throw Wrong(at, "a field runs past its end; the file is cut off or is not ONNX");
        ReadOnlySpan<byte> taken = _message.Slice(_at, (int)length);
        _at += (int)length;
        return taken;
    }

    readonly ModelRefusedException Wrong(int at, string what) => new($"The model is not a whole ONNX file: at byte {_start + at} {what}.");
}
