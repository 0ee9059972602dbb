using System.Runtime.InteropServices;

namespace EdgeRuntime.Tests.Kit;

/// <summary>Small ONNX models (IR 8, opset 17) from hand-written protobuf, good ones and bad ones. Field numbers are those of onnx.proto3.</summary>
public static class TinyOnnx
{
    const int Float = 1, Int64 = 7, Bool = 9, Double = 11;

    /// <summary><c>x [batch, n] → score [batch, 1]</c>: the sum of x[i] · weights[i], plus bias.</summary>
    public static byte[] Linear(ReadOnlySpan<float> weights, float bias) => Model(
        Graph(
            [Value("x", Float, "batch", weights.Length.ToString())],
            [Value("score", Float, "batch", "1")],
            [Tensor("w", Float, [weights.Length, 1], MemoryMarshal.AsBytes(weights)), Tensor("b", Float, [1], MemoryMarshal.AsBytes<float>([bias]))],
            Node("MatMul", ["x", "w"], ["p"]),
            Node("Add", ["p", "b"], ["score"])));

    /// <summary>Three outputs: <c>score [batch, 1]</c> = sum of x, <c>t2 [batch]</c> = sum of x², <c>contributions [batch, n]</c> = x².</summary>
    public static byte[] Contributions(int features)
    {
        float[] ones = [.. Enumerable.Repeat(1f, features)];
        return Model(
            Graph(
                [Value("x", Float, "batch", features.ToString())],
                [Value("score", Float, "batch", "1"), Value("t2", Float, "batch"), Value("contributions", Float, "batch", features.ToString())],
                [Tensor("ones", Float, [features, 1], MemoryMarshal.AsBytes<float>(ones)), Tensor("axis", Int64, [1], MemoryMarshal.AsBytes<long>([1]))],
                Node("MatMul", ["x", "ones"], ["score"]),
                Node("Mul", ["x", "x"], ["contributions"]),
                Node("ReduceSum", ["contributions", "axis"], ["t2"], Attribute("keepdims", 0))));
    }

    /// <summary><c>x [batch, 2] → score [batch, 1]</c> = the sum of x, and <c>contributions [batch, 4]</c>: more than there are features.</summary>
    public static byte[] WideContributions() => Model(
        Graph(
            [Value("x", Float, "batch", "2")],
            [Value("score", Float, "batch", "1"), Value("contributions", Float, "batch", "4")],
            [
                Tensor("ones", Float, [2, 1], MemoryMarshal.AsBytes<float>([1, 1])),
                Tensor("wide", Float, [2, 4], MemoryMarshal.AsBytes<float>([0, 0, 0, 1, 0, 0, 1, 0])),
            ],
            Node("MatMul", ["x", "ones"], ["score"]),
            Node("MatMul", ["x", "wide"], ["contributions"])));

    /// <summary>A multilayer perceptron with ReLU between the layers and seeded weights: <c>x [batch, sizes[0]] → score [batch, last]</c>.</summary>
    public static byte[] Perceptron(int seed, params int[] sizes)
    {
        var random = new Random(seed);
        var weights = new List<ProtobufBytes>();
        var nodes = new List<ProtobufBytes>();
        string from = "x";
        for (int layer = 0; layer + 1 < sizes.Length; layer++)
        {
            var w = new float[sizes[layer] * sizes[layer + 1]];
            for (int i = 0; i < w.Length; i++)
                w[i] = (random.NextSingle() - 0.5f) / MathF.Sqrt(sizes[layer]);
            weights.Add(Tensor($"w{layer}", Float, [sizes[layer], sizes[layer + 1]], MemoryMarshal.AsBytes<float>(w)));
            bool last = layer + 2 == sizes.Length;
            nodes.Add(Node("MatMul", [from, $"w{layer}"], [last ? "score" : $"p{layer}"]));
            if (!last)
                nodes.Add(Node("Relu", [$"p{layer}"], [$"r{layer}"]));
            from = $"r{layer}";
        }

        return Model(Graph([Value("x", Float, "batch", $"{sizes[0]}")], [Value("score", Float, "batch", $"{sizes[^1]}")], weights, [.. nodes]));
    }

    /// <summary><c>score [batch, n] = ln(x)</c>: NaN below zero, minus infinity at zero.</summary>
    public static byte[] Logarithm(int features) => Model(
        Graph([Value("x", Float, "batch", $"{features}")], [Value("score", Float, "batch", $"{features}")], [], Node("Log", ["x"], ["score"])));

    /// <summary>Adds x to itself for ever: ends only when it is asked to.</summary>
    public static byte[] Endless(int features) => Loop(features, long.MaxValue);

    /// <summary>Adds x to itself <paramref name="rounds"/> times: as slow as one likes.</summary>
    public static byte[] Loop(int features, long rounds)
    {
        ProtobufBytes body = Graph(
            [Value("i", Int64), Value("go", Bool), Value("sum", Float, "batch", $"{features}")],
            [Value("goOn", Bool), Value("more", Float, "batch", $"{features}")],
            [],
            Node("Identity", ["go"], ["goOn"]),
            Node("Add", ["sum", "x"], ["more"]));
        return Model(Graph(
            [Value("x", Float, "batch", $"{features}")],
            [Value("score", Float, "batch", $"{features}")],
            [Tensor("rounds", Int64, [], MemoryMarshal.AsBytes<long>([rounds])), Tensor("yes", Bool, [], [1])],
            Node("Loop", ["rounds", "yes", "x"], ["score"], GraphAttribute("body", body))));
    }

    /// <summary>Fails in the runtime for every question: it reshapes n numbers to n + 1.</summary>
    public static byte[] Failing(int features) => Model(
        Graph(
            [Value("x", Float, "batch", $"{features}")],
            [Value("score", Float, "batch", $"{features + 1}")],
            [],
            // The shape is computed from the values, so that only a call can find out.
            Node("ReduceSum", ["x"], ["sum"], Attribute("keepdims", 0)),
            Node("Cast", ["sum"], ["whole"], Attribute("to", Int64)),
            Node("Constant", [], ["one"], TensorAttribute("value", Tensor("", Int64, [1], MemoryMarshal.AsBytes<long>([1])))),
            Node("Constant", [], ["wide"], TensorAttribute("value", Tensor("", Int64, [1], MemoryMarshal.AsBytes<long>([features + 1])))),
            Node("Concat", ["one", "wide"], ["shape"], Attribute("axis", 0)),
            Node("Reshape", ["x", "shape"], ["score"])));

    public static byte[] DoubleInput(int features) => Model(
        Graph([Value("x", Double, "batch", $"{features}")], [Value("score", Double, "batch", $"{features}")], [], Node("Relu", ["x"], ["score"])));

    public static byte[] TwoInputs(int features) => Model(
        Graph(
            [Value("x", Float, "batch", $"{features}"), Value("y", Float, "batch", $"{features}")],
            [Value("score", Float, "batch", $"{features}")],
            [],
            Node("Add", ["x", "y"], ["score"])));

    /// <summary>A window of rows instead of one row: <c>x [batch, rows, n]</c>.</summary>
    public static byte[] Window(int rows, int features) => Model(
        Graph([Value("x", Float, "batch", $"{rows}", $"{features}")], [Value("score", Float, "batch", $"{rows}", $"{features}")], [], Node("Relu", ["x"], ["score"])));

    public static byte[] CustomOperator(int features) => Model(
        Graph([Value("x", Float, "batch", $"{features}")], [Value("score", Float, "batch", $"{features}")], [], Node("Exec", ["x"], ["score"]).Text(7, "com.evil")),
        domain: "com.evil");

    public static byte[] UnknownOperator(int features) => Model(
        Graph([Value("x", Float, "batch", $"{features}")], [Value("score", Float, "batch", $"{features}")], [], Node("Teleport", ["x"], ["score"])));

    /// <summary>Weights that lie in another file, here one far outside the release.</summary>
    public static byte[] ExternalWeights(int features)
    {
        ProtobufBytes weights = new ProtobufBytes().Number(1, features).Number(1, 1).Number(2, Float).Text(8, "w")
            .Message(13, new ProtobufBytes().Text(1, "location").Text(2, "../../../etc/shadow"))
            .Number(14, 1);
        return Model(Graph([Value("x", Float, "batch", $"{features}")], [Value("score", Float, "batch", "1")], [weights], Node("MatMul", ["x", "w"], ["score"])));
    }

    /// <summary>A sum of features that asks for these versions.</summary>
    public static byte[] OfVersion(int ir, int opset, string domain = "", int version = 0)
    {
        ProtobufBytes model = new ProtobufBytes().Number(1, ir).Text(2, "tests").Message(7, Sum(2)).Message(8, new ProtobufBytes().Text(1, "").Number(2, opset));
        return (version == 0 ? model : model.Message(8, new ProtobufBytes().Text(1, domain).Number(2, version))).ToArray();
    }

    /// <summary>A prepared engine that names a file somewhere on the box.</summary>
    public static byte[] EngineContext() => Model(
        Graph(
            [Value("x", Float, "batch", "2")],
            [Value("score", Float, "batch", "1")],
            [],
            Node("EPContext", ["x"], ["score"], Attribute("embed_mode", 0), new ProtobufBytes().Text(1, "ep_cache_context").Text(4, "../../../etc/passwd").Number(20, 3)).Text(7, "com.microsoft")),
        domain: "com.microsoft");

    /// <summary>A few bytes of weights under a shape of a trillion.</summary>
    public static byte[] Hollow(bool packed)
    {
        var tensor = new ProtobufBytes();
        tensor = packed ? tensor.Bytes(1, [0xC0, 0x84, 0x3D, 0xC0, 0x84, 0x3D]) : tensor.Number(1, 1_000_000).Number(1, 1_000_000);
        tensor.Number(2, Float).Text(8, "w").Bytes(9, new byte[16]);
        return Model(Graph([Value("x", Float, "batch", "2")], [Value("score", Float, "batch", "1")], [tensor], Node("MatMul", ["x", "w"], ["score"])));
    }

    /// <summary>Weights kept as a sparse tensor.</summary>
    public static byte[] Sparse() => Model(Graph([Value("x", Float, "batch", "2")], [Value("score", Float, "batch", "1")], [], Node("MatMul", ["x", "w"], ["score"]))
        .Message(15, new ProtobufBytes().Message(1, Tensor("w", Float, [1], new byte[4])).Number(3, 1_000_000).Number(3, 1_000_000)));

    /// <summary>Constants that the runtime would write out at load: a trillion zeros of three numbers.</summary>
    /// <param name="how">ConstantOfShape, Expand, Tile or Concat (each of which doubles the one before).</param>
    public static byte[] Growing(string how)
    {
        ProtobufBytes shape = Tensor("shape", Int64, [2], MemoryMarshal.AsBytes<long>([1_000_000, 1_000_000])), one = Tensor("c0", Float, [1, 1], MemoryMarshal.AsBytes<float>([1]));
        ProtobufBytes[] grown = how switch
        {
            "ConstantOfShape" => [Node(how, ["shape"], ["big"])],
            "Expand" or "Tile" => [Node(how, ["c0", "shape"], ["big"])],
            _ => [.. Enumerable.Range(0, 40).Select(i => Node("Concat", [$"c{i}", $"c{i}"], [i == 39 ? "big" : $"c{i + 1}"], Attribute("axis", 0)))],
        };
        return Model(Graph(
            [Value("x", Float, "batch", "2")], [Value("score", Float, "1")], [shape, one], [.. grown, Node("ReduceSum", ["big"], ["sum"], Attribute("keepdims", 0)), Node("Add", ["x", "sum"], ["score"])]));
    }

    /// <summary>Functions of which each calls the next twice: two to the power of <paramref name="levels"/> operators.</summary>
    public static byte[] Functions(int levels, bool circular = false)
    {
        ProtobufBytes model = new ProtobufBytes().Number(1, 8).Text(2, "tests")
            .Message(7, Graph([Value("x", Float, "batch", "2")], [Value("score", Float, "batch", "2")], [], Node("f0", ["x"], ["score"]).Text(7, "own")))
            .Message(8, new ProtobufBytes().Text(1, "").Number(2, 17)).Message(8, new ProtobufBytes().Text(1, "own").Number(2, 1));
        for (int i = 0; i <= levels; i++)
        {
            bool last = i == levels;
            var function = new ProtobufBytes().Text(1, $"f{i}").Text(4, "a").Text(5, "b");
            string next = circular && last ? "f0" : $"f{i + 1}";
            function.Message(7, last && !circular ? Node("Neg", ["a"], ["t"]) : Node(next, ["a"], ["t"]).Text(7, "own"));
            function.Message(7, last && !circular ? Node("Neg", ["t"], ["b"]) : Node(next, ["t"], ["b"]).Text(7, "own"));
            model.Message(25, function.Message(9, new ProtobufBytes().Text(1, "").Number(2, 17)).Message(9, new ProtobufBytes().Text(1, "own").Number(2, 1)).Text(10, "own"));
        }

        return model.ToArray();
    }

    /// <summary>Empty operators, two bytes each.</summary>
    public static byte[] Crowd(int nodes)
    {
        var crowd = new byte[nodes * 2];
        for (int i = 0; i < crowd.Length; i += 2)
            crowd[i] = 0x0A;
        return new ProtobufBytes().Number(1, 8).Bytes(7, crowd).ToArray();
    }

    /// <summary>A tensor with more dimensions than anybody has, packed.</summary>
    public static byte[] ManyDimensions() => Model(Graph(
        [Value("x", Float, "batch", "2")], [Value("score", Float, "batch", "1")], [new ProtobufBytes().Bytes(1, [.. Enumerable.Repeat((byte)1, 1000)]).Number(2, Float).Text(8, "w").Bytes(9, new byte[4])], Node("MatMul", ["x", "w"], ["score"])));

    static ProtobufBytes Sum(int features) => Graph(
        [Value("x", Float, "batch", $"{features}")],
        [Value("score", Float, "batch", "1")],
        [Tensor("w", Float, [features, 1], MemoryMarshal.AsBytes<float>([.. Enumerable.Repeat(1f, features)]))],
        Node("MatMul", ["x", "w"], ["score"]));

    static byte[] Model(ProtobufBytes graph, string? domain = null)
    {
        ProtobufBytes model = new ProtobufBytes().Number(1, 8).Text(2, "tests").Message(7, graph)
            .Message(8, new ProtobufBytes().Text(1, "").Number(2, 17));
        return (domain is null ? model : model.Message(8, new ProtobufBytes().Text(1, domain).Number(2, 1))).ToArray();
    }

    static ProtobufBytes Graph(ProtobufBytes[] inputs, ProtobufBytes[] outputs, IEnumerable<ProtobufBytes> initializers, params ProtobufBytes[] nodes)
    {
        var graph = new ProtobufBytes();
        foreach (ProtobufBytes node in nodes)
            graph.Message(1, node);
        graph.Text(2, "g");
        foreach (ProtobufBytes initializer in initializers)
            graph.Message(5, initializer);
        foreach (ProtobufBytes input in inputs)
            graph.Message(11, input);
        foreach (ProtobufBytes output in outputs)
            graph.Message(12, output);
        return graph;
    }

    static ProtobufBytes Node(string operation, string[] inputs, string[] outputs, params ProtobufBytes[] attributes)
    {
        var node = new ProtobufBytes();
        foreach (string input in inputs)
            node.Text(1, input);
        foreach (string output in outputs)
            node.Text(2, output);
        node.Text(4, operation);
        foreach (ProtobufBytes attribute in attributes)
            node.Message(5, attribute);
        return node;
    }

    static ProtobufBytes Attribute(string name, long value) => new ProtobufBytes().Text(1, name).Number(3, value).Number(20, 2);

    static ProtobufBytes TensorAttribute(string name, ProtobufBytes tensor) => new ProtobufBytes().Text(1, name).Message(5, tensor).Number(20, 4);

    static ProtobufBytes GraphAttribute(string name, ProtobufBytes graph) => new ProtobufBytes().Text(1, name).Message(6, graph).Number(20, 5);

    static ProtobufBytes Tensor(string name, int type, long[] shape, ReadOnlySpan<byte> raw)
    {
        var tensor = new ProtobufBytes();
        foreach (long dimension in shape)
            tensor.Number(1, dimension);
        tensor.Number(2, type);
        if (name.Length > 0)
            tensor.Text(8, name);
        return tensor.Bytes(9, raw);
    }

    static ProtobufBytes Value(string name, int type, params string[] shape)
    {
        var dimensions = new ProtobufBytes();
        foreach (string dimension in shape)
            dimensions.Message(1, long.TryParse(dimension, out long whole) ? new ProtobufBytes().Number(1, whole) : new ProtobufBytes().Text(2, dimension));
        return new ProtobufBytes().Text(1, name)
            .Message(2, new ProtobufBytes().Message(1, new ProtobufBytes().Number(1, type).Message(2, dimensions)));
    }
}
