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

    /// <summary>
    /// Version 3 of the operators of <c>ai.onnx.ml</c> (2022): the first whose tree ensembles take thresholds and leaves as double tensors. The domain is
    /// named by a model that uses it, and by no other.
    /// </summary>
    internal const int MlOpset = 3;

    const string Ml = "ai.onnx.ml";

    const string Producer = "edgehq";

    readonly List<ProtoMessage> _nodes = [];
    readonly List<ProtoMessage> _tensors = [];
    readonly List<ProtoMessage> _inputs = [];
    readonly List<ProtoMessage> _outputs = [];
    readonly HashSet<string> _known = new(StringComparer.Ordinal);
    bool _usesMl;

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

    /// <summary>Adds a constant of truths, row by row.</summary>
    internal string Constant(string value, bool[,] matrix) =>
        Tensor(value, ElementType.Bool, [matrix.GetLength(0), matrix.GetLength(1)], [.. matrix.Cast<bool>().Select(b => b ? (byte)1 : (byte)0)]);

    /// <summary>Adds a node of the default domain with one output, called <paramref name="output"/>, and gives its name back.</summary>
    internal string Node(string operation, string output, params string[] inputs) => Add(operation, output, inputs, []);

    internal string Cast(string output, string input, ElementType to) => Add("Cast", output, [input], [IntegerAttribute("to", (long)to)]);

    /// <summary>Sums each row; the result keeps its second dimension.</summary>
    internal string RowSum(string output, string input, string axes) => Add("ReduceSum", output, [input, axes], [IntegerAttribute("keepdims", 1)]);

    /// <summary>Largest element of each row; the result keeps its second dimension.</summary>
    internal string RowMax(string output, string input) =>
        Add("ReduceMax", output, [input], [IntegersAttribute("axes", 1), IntegerAttribute("keepdims", 1)]);

    /// <summary>
    /// Adds the sum over all trees for each row of doubles. Sums and comparisons are double; the operator gives float32, whatever it is fed with. A value goes to
    /// the left where it is at most the threshold; NaN is not, and goes to the right.
    /// </summary>
    internal string TreeSum(string output, string input, IReadOnlyList<DecisionTree> trees)
    {
        var nodes = new TreeNodes();
        for (int i = 0; i < trees.Count; i++)
            nodes.Add(i, trees[i]);
        return AddMl("TreeEnsembleRegressor", output, input,
        [
            TextAttribute("aggregate_function", "SUM"),
            IntegerAttribute("n_targets", 1),
            IntegersAttribute("nodes_falsenodeids", [.. nodes.Right]),
            IntegersAttribute("nodes_featureids", [.. nodes.Features]),
            TextsAttribute("nodes_modes", [.. nodes.Modes]),
            IntegersAttribute("nodes_nodeids", [.. nodes.Ids]),
            IntegersAttribute("nodes_treeids", [.. nodes.Trees]),
            IntegersAttribute("nodes_truenodeids", [.. nodes.Left]),
            TensorAttribute("nodes_values_as_tensor", [.. nodes.Thresholds]),
            TextAttribute("post_transform", "NONE"),
            IntegersAttribute("target_ids", [.. nodes.LeafIds.Select(_ => 0L)]),
            IntegersAttribute("target_nodeids", [.. nodes.LeafIds]),
            IntegersAttribute("target_treeids", [.. nodes.LeafTrees]),
            TensorAttribute("target_weights_as_tensor", [.. nodes.Leaves]),
        ]);
    }

    /// <summary>Divides each row by the sum of its magnitudes; a row of zeroes stays zeroes. Gives float32.</summary>
    internal string Shares(string output, string input) => AddMl("Normalizer", output, input, [TextAttribute("norm", "L1")]);

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
        if (_usesMl)
            model.Message(8, new ProtoMessage().Text(1, Ml).Integer(2, MlOpset));
        foreach ((string key, string value) in metadata)
            model.Message(14, new ProtoMessage().Text(1, key).Text(2, value));
        return model.ToArray();
    }

    string AddMl(string operation, string output, string input, ProtoMessage[] attributes)
    {
        _usesMl = true;
        return Add(operation, output, [input], attributes, Ml);
    }

    string Add(string operation, string output, string[] inputs, ProtoMessage[] attributes, string domain = "")
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
        if (domain.Length > 0)
            node.Text(7, domain);
        _nodes.Add(node);
        return output;
    }

    string Tensor(string value, ElementType type, long[] shape, byte[] raw)
    {
        Define(value);
        _tensors.Add(TensorProto(value, type, shape, raw));
        return value;
    }

    static ProtoMessage TensorProto(string value, ElementType type, long[] shape, byte[] raw)
    {
        var tensor = new ProtoMessage();
        foreach (long dimension in shape)
            tensor.Integer(1, dimension);
        return tensor.Integer(2, (long)type).Text(8, value).Bytes(9, raw);
    }

    static ProtoMessage ValueInfo(string value, ElementType type, int width)
    {
        ProtoMessage shape = new ProtoMessage()
            .Message(1, new ProtoMessage().Text(2, "batch"))
            .Message(1, new ProtoMessage().Integer(1, width));
        ProtoMessage tensor = new ProtoMessage().Integer(1, (long)type).Message(2, shape);
        return new ProtoMessage().Text(1, value).Message(2, new ProtoMessage().Message(1, tensor));
    }

    // 2, 3, 4, 7 and 8 are AttributeProto.AttributeType INT, STRING, TENSOR, INTS and STRINGS.
    static ProtoMessage IntegerAttribute(string name, long value) => new ProtoMessage().Text(1, name).Integer(3, value).Integer(20, 2);

    static ProtoMessage IntegersAttribute(string name, params long[] values)
    {
        ProtoMessage attribute = new ProtoMessage().Text(1, name);
        foreach (long value in values)
            attribute.Integer(8, value);
        return attribute.Integer(20, 7);
    }

    static ProtoMessage TextAttribute(string name, string value) => new ProtoMessage().Text(1, name).Text(4, value).Integer(20, 3);

    static ProtoMessage TextsAttribute(string name, params string[] values)
    {
        ProtoMessage attribute = new ProtoMessage().Text(1, name);
        foreach (string value in values)
            attribute.Text(9, value);
        return attribute.Integer(20, 8);
    }

    static ProtoMessage TensorAttribute(string name, double[] elements) => new ProtoMessage()
        .Text(1, name).Message(5, TensorProto(name, ElementType.Double, [elements.Length], Raw(elements))).Integer(20, 4);

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
