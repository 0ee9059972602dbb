using System.Text;

namespace EdgeRuntime.Inference.Onnx;

/// <summary>
/// Looks through an ONNX file before the runtime sees it: it must be whole, keep all its weights inside, and use only operators of domains that
/// the runtime itself brings. Field numbers are those of <c>onnx.proto3</c>.
/// </summary>
sealed class ModelScan
{
    /// <summary>Protobuf itself ends at 2 GiB; a model for an edge box is far below.</summary>
    internal const int BytesMax = 512 * 1024 * 1024;

    // If and Loop hold graphs; more levels than this no exporter writes, and every level costs stack.
    const int GraphDepthMax = 16;

    static readonly string[] RuntimeDomains = ["", "ai.onnx", "ai.onnx.ml", "com.microsoft"];

    readonly HashSet<string> _domains = new(RuntimeDomains, StringComparer.Ordinal);

    /// <exception cref="ModelRefusedException">It may not be handed to the runtime.</exception>
    internal static void Check(ReadOnlySpan<byte> onnx)
    {
        if (onnx.Length == 0)
            throw new ModelRefusedException("The model is empty: the file has no bytes.");
        if (onnx.Length > BytesMax)
            throw new ModelRefusedException($"The model has {onnx.Length} bytes; at most {BytesMax} are loaded.");
        var scan = new ModelScan();
        scan.LearnFunctionDomains(onnx);
        scan.Model(onnx);
    }

    /// <summary>A model may bring functions of its own; their domain is then known.</summary>
    void LearnFunctionDomains(ReadOnlySpan<byte> onnx)
    {
        var model = new ProtobufCursor(onnx, 0);
        while (model.Next())
        {
            if (model is not { Field: 25, WireType: ProtobufCursor.Bytes })
                continue;
            var function = new ProtobufCursor(model.Content, model.ContentStart);
            while (function.Next())
            {
                if (function is { Field: 10, WireType: ProtobufCursor.Bytes })
                    _domains.Add(Text(function.Content));
            }
        }
    }

    void Model(ReadOnlySpan<byte> onnx)
    {
        bool hasGraph = false;
        var model = new ProtobufCursor(onnx, 0);
        while (model.Next())
        {
            if (model.WireType != ProtobufCursor.Bytes)
                continue;
            switch (model.Field)
            {
                case 7:
                    hasGraph = true;
                    Graph(model.Content, model.ContentStart, depth: 1);
                    break;
                case 25:
                    Function(model.Content, model.ContentStart);
                    break;
                default:
                    break;
            }
        }

        if (!hasGraph)
            throw new ModelRefusedException("The model is not ONNX: the file holds no graph.");
    }

    void Function(ReadOnlySpan<byte> bytes, int start)
    {
        var function = new ProtobufCursor(bytes, start);
        while (function.Next())
        {
            if (function is { Field: 7, WireType: ProtobufCursor.Bytes })
                Node(function.Content, function.ContentStart, depth: 1);
        }
    }

    void Graph(ReadOnlySpan<byte> bytes, int start, int depth)
    {
        if (depth > GraphDepthMax)
            throw new ModelRefusedException($"The model's graphs are nested deeper than {GraphDepthMax} levels.");
        var graph = new ProtobufCursor(bytes, start);
        while (graph.Next())
        {
            if (graph.WireType != ProtobufCursor.Bytes)
                continue;
            switch (graph.Field)
            {
                case 1:
                    Node(graph.Content, graph.ContentStart, depth);
                    break;
                case 5:
                    Tensor(graph.Content, graph.ContentStart);
                    break;
                default:
                    break;
            }
        }
    }

    void Node(ReadOnlySpan<byte> bytes, int start, int depth)
    {
        string domain = "", operation = "";
        var node = new ProtobufCursor(bytes, start);
        while (node.Next())
        {
            if (node.WireType != ProtobufCursor.Bytes)
                continue;
            switch (node.Field)
            {
                case 4:
                    operation = Text(node.Content);
                    break;
                case 5:
                    Attribute(node.Content, node.ContentStart, depth);
                    break;
                case 7:
                    domain = Text(node.Content);
                    break;
                default:
                    break;
            }
        }

        if (!_domains.Contains(domain))
            throw new ModelRefusedException(
                $"The model uses the operator '{operation}' of the domain '{domain}', which the runtime does not bring; custom operators are not loaded. Export it with standard ONNX operators.");
    }

    void Attribute(ReadOnlySpan<byte> bytes, int start, int depth)
    {
        var attribute = new ProtobufCursor(bytes, start);
        while (attribute.Next())
        {
            if (attribute.WireType != ProtobufCursor.Bytes)
                continue;
            switch (attribute.Field)
            {
                case 5 or 10:
                    Tensor(attribute.Content, attribute.ContentStart);
                    break;
                case 6 or 11:
                    Graph(attribute.Content, attribute.ContentStart, depth + 1);
                    break;
                default:
                    break;
            }
        }
    }

    static void Tensor(ReadOnlySpan<byte> bytes, int start)
    {
        string name = "";
        bool external = false;
        var tensor = new ProtobufCursor(bytes, start);
        while (tensor.Next())
        {
            switch (tensor)
            {
                case { Field: 8, WireType: ProtobufCursor.Bytes }:
                    name = Text(tensor.Content);
                    break;
                case { Field: 13, WireType: ProtobufCursor.Bytes }:
                    external = true;
                    break;
                case { Field: 14, WireType: ProtobufCursor.Varint }:
                    external |= tensor.Number != 0;
                    break;
                default:
                    break;
            }
        }

        if (external)
            throw new ModelRefusedException($"The model keeps the weights '{name}' in another file; a release's model holds its weights inside. Save it without external data.");
    }

    static string Text(ReadOnlySpan<byte> bytes) => Encoding.UTF8.GetString(bytes[..Math.Min(bytes.Length, 200)]);
}
