namespace EdgeRuntime.Inference.Onnx;

/// <summary>
/// Looks through an ONNX file before the runtime sees it: it must be whole, keep all its weights inside, use only operators that the runtime itself brings, in
/// versions that it knows, and not come to more than it says. Field numbers are those of <c>onnx.proto3</c>.
/// </summary>
sealed class ModelScan
{
    /// <summary>Protobuf itself ends at 2 GiB; a model for an edge box is far below.</summary>
    internal const int BytesMax = 512 * 1024 * 1024;

    // If and Loop hold graphs; more levels than this no exporter writes, and every level costs stack.
    const int GraphDepthMax = 16;

    // Operators, weights, names of inputs and the like: what is remembered of a file must not be larger than the file is allowed to be.
    const int ItemsMax = 4_000_000;

    // Holds the name of a file that an accelerator opens by itself.
    const string EngineContext = "EPContext";

    static readonly string[] RuntimeDomains = ["", "ai.onnx.ml", "com.microsoft"];

    readonly HashSet<string> _domains = new(RuntimeDomains, StringComparer.Ordinal);
    readonly HashSet<string> _own = new(StringComparer.Ordinal);
    readonly Dictionary<string, long> _opset = new(StringComparer.Ordinal);
    readonly FunctionCalls _functions = new();
    List<string> _calls = [];
    int _items;

    /// <param name="promised">Domain → version that the release states; the file must say the same. Null: none.</param>
    /// <exception cref="ModelRefusedException">It may not be handed to the runtime.</exception>
    internal static void Check(ReadOnlySpan<byte> onnx, IReadOnlyDictionary<string, int>? promised = null)
    {
        if (onnx.Length == 0)
            throw new ModelRefusedException("The model is empty: the file has no bytes.");
        if (onnx.Length > BytesMax)
            throw new ModelRefusedException($"The model has {onnx.Length} bytes; at most {BytesMax} are loaded.");
        var scan = new ModelScan();
        scan.LearnFunctionDomains(onnx);
        scan.Model(onnx);
        scan.CheckOpset(promised ?? new Dictionary<string, int>());
        scan._functions.Check(scan._calls);
    }

    /// <summary>A model may bring functions of its own; their domain is then known.</summary>
    void LearnFunctionDomains(ReadOnlySpan<byte> onnx)
    {
        var model = new ProtobufCursor(onnx, 0);
        while (model.Next())
        {
            if (model is not { Field: 25, WireType: ProtobufCursor.Bytes })
                continue;
            Take();
            var function = new ProtobufCursor(model.Content, model.ContentStart);
            while (function.Next())
            {
                if (function is { Field: 10, WireType: ProtobufCursor.Bytes } && _domains.Add(OpsetLimits.Plain(TensorScan.Text(function.Content))))
                    _own.Add(OpsetLimits.Plain(TensorScan.Text(function.Content)));
            }
        }
    }

    void Model(ReadOnlySpan<byte> onnx)
    {
        bool hasGraph = false;
        var model = new ProtobufCursor(onnx, 0);
        while (model.Next())
        {
            switch (model)
            {
                case { Field: 1, WireType: ProtobufCursor.Varint, Number: > OpsetLimits.IrMax }:
                    throw new ModelRefusedException($"The model is of ONNX file version {model.Number}; the runtime reads up to {OpsetLimits.IrMax}. Export it with an older one.");
                case { Field: 7, WireType: ProtobufCursor.Bytes }:
                    hasGraph = true;
                    Graph(model.Content, model.ContentStart, depth: 1, new ConstantGrowth());
                    break;
                case { Field: 8, WireType: ProtobufCursor.Bytes }:
                    Opset(model.Content, model.ContentStart);
                    break;
                case { Field: 25, WireType: ProtobufCursor.Bytes }:
                    Function(model.Content, model.ContentStart);
                    break;
                default:
                    break;
            }
        }

        if (!hasGraph)
            throw new ModelRefusedException("The model is not ONNX: the file holds no graph.");
    }

    void Opset(ReadOnlySpan<byte> bytes, int start)
    {
        Take();
        string domain = "";
        long version = 0;
        var entry = new ProtobufCursor(bytes, start);
        while (entry.Next())
        {
            if (entry is { Field: 1, WireType: ProtobufCursor.Bytes })
                domain = OpsetLimits.Plain(TensorScan.Text(entry.Content));
            else if (entry is { Field: 2, WireType: ProtobufCursor.Varint })
                version = (long)entry.Number;
        }

        if (_opset.TryGetValue(domain, out long before) && before != version)
            throw new ModelRefusedException($"The model asks for two versions of the operators of {OpsetLimits.Word(domain)}: {before} and {version}.");
        _opset[domain] = version;
    }

    void CheckOpset(IReadOnlyDictionary<string, int> promised)
    {
        foreach ((string domain, long version) in _opset)
        {
            if (!_own.Contains(domain) && OpsetLimits.Refusal(domain, version) is { } refusal)
                throw new ModelRefusedException(refusal);
        }

        foreach ((string domain, int version) in promised)
        {
            if (!_opset.TryGetValue(OpsetLimits.Plain(domain), out long found))
                throw new ModelRefusedException($"The release says that the model uses version {version} of {domain}; the model does not use that domain.");
            if (found != version)
                throw new ModelRefusedException($"The release says that the model uses version {version} of {domain}; the model says {found}.");
        }
    }

    void Function(ReadOnlySpan<byte> bytes, int start)
    {
        string domain = "", name = "";
        List<string> outer = _calls;
        _calls = [];
        var growth = new ConstantGrowth();
        var function = new ProtobufCursor(bytes, start);
        while (function.Next())
        {
            switch (function)
            {
                case { Field: 1, WireType: ProtobufCursor.Bytes }:
                    name = TensorScan.Text(function.Content);
                    break;
                case { Field: 7, WireType: ProtobufCursor.Bytes }:
                    Node(function.Content, function.ContentStart, depth: 1, growth);
                    break;
                case { Field: 10, WireType: ProtobufCursor.Bytes }:
                    domain = TensorScan.Text(function.Content);
                    break;
                default:
                    break;
            }
        }

        _functions.Add(FunctionCalls.Key(domain, name), _calls);
        _calls = outer;
    }

    void Graph(ReadOnlySpan<byte> bytes, int start, int depth, ConstantGrowth growth)
    {
        if (depth > GraphDepthMax)
            throw new ModelRefusedException($"The model's graphs are nested deeper than {GraphDepthMax} levels.");
        // The weights first: they may stand behind the operators that use them.
        var weights = new ProtobufCursor(bytes, start);
        while (weights.Next())
        {
            if (weights is { Field: 15, WireType: ProtobufCursor.Bytes })
                throw Sparse();
            if (weights is not { Field: 5, WireType: ProtobufCursor.Bytes })
                continue;
            Take();
            var tensor = TensorScan.Of(weights.Content, weights.ContentStart);
            growth.Add(tensor.Name, tensor);
        }

        var graph = new ProtobufCursor(bytes, start);
        while (graph.Next())
        {
            if (graph is { Field: 1, WireType: ProtobufCursor.Bytes })
                Node(graph.Content, graph.ContentStart, depth, growth);
        }
    }

    void Node(ReadOnlySpan<byte> bytes, int start, int depth, ConstantGrowth growth)
    {
        Take();
        string domain = "", operation = "";
        List<string> inputs = [], outputs = [];
        TensorScan? value = null;
        var node = new ProtobufCursor(bytes, start);
        while (node.Next())
        {
            if (node.WireType != ProtobufCursor.Bytes)
                continue;
            Take();
            switch (node.Field)
            {
                case 1:
                    inputs.Add(TensorScan.Text(node.Content));
                    break;
                case 2:
                    outputs.Add(TensorScan.Text(node.Content));
                    break;
                case 4:
                    operation = TensorScan.Text(node.Content);
                    break;
                case 5:
                    value = Attribute(node.Content, node.ContentStart, depth, growth) ?? value;
                    break;
                case 7:
                    domain = OpsetLimits.Plain(TensorScan.Text(node.Content));
                    break;
                default:
                    break;
            }
        }

        if (!_domains.Contains(domain))
            throw new ModelRefusedException(
                $"The model uses the operator '{operation}' of the domain '{domain}', which the runtime does not bring; custom operators are not loaded. Export it with standard ONNX operators.");
        if (operation == EngineContext)
            throw new ModelRefusedException($"The model holds an accelerator's prepared engine ({EngineContext}), which may name files outside the release; export the model itself.");
        _calls.Add(FunctionCalls.Key(domain, operation));
        if (operation == "Constant" && value is { } constant && outputs.Count > 0)
            growth.Add(outputs[0], constant);
        else
            growth.Take(operation, inputs, outputs);
    }

    /// <summary>The tensor of the attribute, if it has one.</summary>
    TensorScan? Attribute(ReadOnlySpan<byte> bytes, int start, int depth, ConstantGrowth growth)
    {
        TensorScan? value = null;
        var attribute = new ProtobufCursor(bytes, start);
        while (attribute.Next())
        {
            if (attribute.WireType != ProtobufCursor.Bytes)
                continue;
            switch (attribute.Field)
            {
                case 5 or 10:
                    value = TensorScan.Of(attribute.Content, attribute.ContentStart);
                    break;
                case 6 or 11:
                    Graph(attribute.Content, attribute.ContentStart, depth + 1, new ConstantGrowth(growth));
                    break;
                case 22 or 23:
                    throw Sparse();
                default:
                    break;
            }
        }

        return value;
    }

    /// <exception cref="ModelRefusedException">There is more in the file than any model has.</exception>
    void Take()
    {
        if (++_items > ItemsMax)
            throw new ModelRefusedException($"The model has more than {ItemsMax} operators, weights and names together; no model for an edge box has. It is damaged or made to fill the memory.");
    }

    static ModelRefusedException Sparse() => new("The model keeps weights as sparse tensors, which are spread out when it is loaded; save it with dense ones.");
}
