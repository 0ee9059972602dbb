using System.Buffers.Binary;

namespace EdgeRuntime.Hq.Onnx;

/// <summary>
/// Builds one ONNX graph node by node and writes it as a ModelProto. Every value has a name given by the caller; nodes must be added in an order in which
/// their inputs exist (ONNX asks for a topological order). Tensors are little-endian raw data. Numbers in the code are field numbers of onnx.proto3.
/// </summary>
sealed class OnnxGraph(string name)
{
    /// <summary>IR version 8 and opset 17 (2022): every runtime in the field since ONNX Runtime 1.12 reads them, and nothing newer is needed.</summary>
    internal const int IrVersion = 8;

    internal const int Opset = 17;

    const string Producer = "edgehq";

    readonly List<ProtoMessage> _nodes = [];
    readonly List<ProtoMessage> _tensors = [];
    readonly List<ProtoMessage> _inputs = [];
    readonly List<ProtoMessage> _outputs = [];
    readonly HashSet<string> _known = new(StringComparer.Ordinal);

    /// <summary>Adds an input of shape [batch, <paramref name="width"/>].</summary>
    internal void Input(string value, ElementType type, int width)
    {
        Define(value);
        _inputs.Add(ValueInfo(value, type, width));
    }

    /// <summary>Declares a value that a node gave as an output of shape [batch, <paramref name="width"/>].</summary>
    internal void Output(string value, ElementType type, int width)
    {
        Require(value);
        _outputs.Add(ValueInfo(value, type, width));
    }

    /// <summary>Adds a constant vector, e.g. a mean per column.</summary>
    internal string Constant(string value, params double[] elements) => Tensor(value, ElementType.Double, [elements.Length], Raw(elements));

    internal string Constant(string value, double[,] matrix) =>
        Tensor(value, ElementType.Double, [matrix.GetLength(0), matrix.GetLength(1)], Raw([.. matrix.Cast<double>()]));

    internal string Constant(string value, params long[] elements)
    {
        var raw = new byte[elements.Length * sizeof(long)];
        for (int i = 0; i < elements.Length; i++)
            BinaryPrimitives.WriteInt64LittleEndian(raw.AsSpan(i * sizeof(long)), elements[i]);
        return Tensor(value, ElementType.Int64, [elements.Length], raw);
    }

    /// <summary>Adds a node of the default domain with one output, called <paramref name="output"/>, and gives its name back.</summary>
    internal string Node(string operation, string output, params string[] inputs) => Add(operation, output, inputs, []);

    internal string Cast(string output, string input, ElementType to) => Add("Cast", output, [input], [IntegerAttribute("to", (long)to)]);

    /// <summary>Sums each row; the result keeps its second dimension.</summary>
    internal string RowSum(string output, string input, string axes) => Add("ReduceSum", output, [input, axes], [IntegerAttribute("keepdims", 1)]);

    /// <summary>Largest element of each row; the result keeps its second dimension.</summary>
    internal string RowMax(string output, string input) =>
        Add("ReduceMax", output, [input], [IntegersAttribute("axes", 1), IntegerAttribute("keepdims", 1)]);

    /// <summary>The whole model. <paramref name="metadata"/> is written in the order given.</summary>
    internal byte[] ToModel(string modelVersion, string description, IEnumerable<KeyValuePair<string, string>> metadata)
    {
        var graph = new ProtoMessage();
        _nodes.ForEach(node => graph.Message(1, node));
        graph.Text(2, name);
        _tensors.ForEach(tensor => graph.Message(5, tensor));
        _inputs.ForEach(input => graph.Message(11, input));
        _outputs.ForEach(output => graph.Message(12, output));

        ProtoMessage model = new ProtoMessage()
            .Integer(1, IrVersion)
            .Text(2, Producer)
            .Text(3, modelVersion)
            .Text(6, description)
            .Message(7, graph)
            .Message(8, new ProtoMessage().Text(1, "").Integer(2, Opset));
        foreach ((string key, string value) in metadata)
            model.Message(14, new ProtoMessage().Text(1, key).Text(2, value));
        return model.ToArray();
    }

    string Add(string operation, string output, string[] inputs, ProtoMessage[] attributes)
    {
        var node = new ProtoMessage();
        foreach (string input in inputs)
        {
            Require(input);
            node.Text(1, input);
        }

        Define(output);
        node.Text(2, output).Text(3, $"{operation}_{output}").Text(4, operation);
        foreach (ProtoMessage attribute in attributes)
            node.Message(5, attribute);
        _nodes.Add(node);
        return output;
    }

    string Tensor(string value, ElementType type, long[] shape, byte[] raw)
    {
        Define(value);
        var tensor = new ProtoMessage();
        foreach (long dimension in shape)
            tensor.Integer(1, dimension);
        _tensors.Add(tensor.Integer(2, (long)type).Text(8, value).Bytes(9, raw));
        return value;
    }

    static ProtoMessage ValueInfo(string value, ElementType type, int width)
    {
        ProtoMessage shape = new ProtoMessage()
            .Message(1, new ProtoMessage().Text(2, "batch"))
            .Message(1, new ProtoMessage().Integer(1, width));
        ProtoMessage tensor = new ProtoMessage().Integer(1, (long)type).Message(2, shape);
        return new ProtoMessage().Text(1, value).Message(2, new ProtoMessage().Message(1, tensor));
    }

    // 2 and 7 are AttributeProto.AttributeType INT and INTS.
    static ProtoMessage IntegerAttribute(string name, long value) => new ProtoMessage().Text(1, name).Integer(3, value).Integer(20, 2);

    static ProtoMessage IntegersAttribute(string name, params long[] values)
    {
        ProtoMessage attribute = new ProtoMessage().Text(1, name);
        foreach (long value in values)
            attribute.Integer(8, value);
        return attribute.Integer(20, 7);
    }

    static byte[] Raw(double[] elements)
    {
        var raw = new byte[elements.Length * sizeof(double)];
        for (int i = 0; i < elements.Length; i++)
            BinaryPrimitives.WriteDoubleLittleEndian(raw.AsSpan(i * sizeof(double)), elements[i]);
        return raw;
    }

    void Define(string value)
    {
        if (!_known.Add(value))
            throw new InvalidOperationException($"The graph {name} already has a value called {value}.");
    }

    void Require(string value)
    {
        if (!_known.Contains(value))
            throw new InvalidOperationException($"The graph {name} has no value called {value} yet.");
    }
}
