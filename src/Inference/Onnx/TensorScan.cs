using System.Buffers.Binary;
using System.Text;

namespace EdgeRuntime.Inference.Onnx;

/// <summary>One tensor of a model file, looked at before anything is made of it.</summary>
/// <param name="Elements">How many numbers its shape promises.</param>
/// <param name="Small">Its whole numbers, where it is a short list of them: the shape that another operator is given.</param>
readonly record struct TensorScan(string Name, long Elements, long[]? Small)
{
    /// <summary>More numbers than this no tensor has: twice what the largest file could hold as bytes.</summary>
    internal const long ElementsMax = 2L * ModelScan.BytesMax;

    const int Int64 = 7, SmallMax = 16;

    // 64 dimensions of the longest numbers; ONNX Runtime itself knows fewer.
    const int DimensionBytesMax = 640;

    /// <exception cref="ModelRefusedException">Its numbers lie elsewhere, or its shape promises more than it holds.</exception>
    internal static TensorScan Of(ReadOnlySpan<byte> bytes, int start)
    {
        string name = "";
        bool external = false;
        long elements = 1, held = 0;
        ulong type = 0;
        List<long> whole = [];
        byte[] raw = [];
        var tensor = new ProtobufCursor(bytes, start);
        while (tensor.Next())
        {
            switch (tensor)
            {
                case { Field: 1, WireType: ProtobufCursor.Varint }:
                    elements = Times(elements, (long)tensor.Number);
                    break;
                case { Field: 1, WireType: ProtobufCursor.Bytes }:
                    if (tensor.Content.Length > DimensionBytesMax)
                        throw new ModelRefusedException($"The model has a tensor whose list of dimensions takes {tensor.Content.Length} bytes; at most {DimensionBytesMax} are read.");
                    foreach (long dimension in tensor.Varints())
                        elements = Times(elements, dimension);
                    break;
                case { Field: 2, WireType: ProtobufCursor.Varint }:
                    type = tensor.Number;
                    break;
                case { Field: 8, WireType: ProtobufCursor.Bytes }:
                    name = Text(tensor.Content);
                    break;
                case { Field: 13, WireType: ProtobufCursor.Bytes }:
                    external = true;
                    break;
                case { Field: 14, WireType: ProtobufCursor.Varint }:
                    external |= tensor.Number != 0;
                    break;
                case { Field: 9, WireType: ProtobufCursor.Bytes }:
                    held += tensor.Content.Length;
                    if (tensor.Content.Length <= SmallMax * sizeof(long))
                        raw = tensor.Content.ToArray();
                    break;
                case { Field: 7, WireType: ProtobufCursor.Bytes }:
                    held += tensor.Content.Length;
                    if (tensor.Content.Length <= SmallMax * 10)
                        whole.AddRange(tensor.Varints());
                    break;
                case { Field: 4 or 5 or 6 or 7 or 10 or 11 }:
                    // Packed numbers count by their bytes, single ones and texts by one each; a text may be empty.
                    held += tensor.WireType == ProtobufCursor.Bytes ? Math.Max(1, tensor.Content.Length) : 1;
                    break;
                default:
                    break;
            }
        }

        if (external)
            throw new ModelRefusedException($"The model keeps the weights '{name}' in another file; a release's model holds its weights inside. Save it without external data.");
        // The narrowest numbers are two to a byte; a shape that promises more than that is room the runtime would take for nothing.
        if (elements < 0 || elements > ElementsMax || elements > 4 * held)
            throw new ModelRefusedException($"The model's tensor '{name}' promises {(elements is < 0 or > ElementsMax ? "more numbers than a file can hold" : FormattableString.Invariant($"{elements} numbers"))} and holds {held} bytes; the file is damaged or made to fill the memory.");
        // Only now: the type may stand behind the bytes.
        if (type == Int64)
            whole.AddRange(Raw(raw));
        return new TensorScan(name, elements, whole.Count is > 0 and <= SmallMax ? [.. whole] : null);
    }

    /// <summary>The product, or -1 once it is beyond all bounds or a dimension is negative.</summary>
    internal static long Times(long elements, long dimension)
    {
        if (elements < 0 || dimension < 0)
            return -1;
        Int128 product = (Int128)elements * dimension;
        return product > ElementsMax ? -1 : (long)product;
    }

    static long[] Raw(byte[] raw)
    {
        var numbers = new long[raw.Length / sizeof(long)];
        for (int i = 0; i < numbers.Length; i++)
            numbers[i] = BinaryPrimitives.ReadInt64LittleEndian(raw.AsSpan(i * sizeof(long)));
        return numbers;
    }

    internal static string Text(ReadOnlySpan<byte> bytes) => Encoding.UTF8.GetString(bytes[..Math.Min(bytes.Length, 200)]);
}
