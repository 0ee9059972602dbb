namespace EdgeRuntime.Hq.Onnx;

/// <summary>Element types of tensors by the numbers of TensorProto.DataType in onnx.proto3.</summary>
enum ElementType
{
    Float = 1,
    Int64 = 7,
    Bool = 9,
    Double = 11,
}
