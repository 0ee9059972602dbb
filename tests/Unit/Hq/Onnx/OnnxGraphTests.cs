using EdgeRuntime.Hq.Onnx;
using Xunit;

namespace EdgeRuntime.Tests.Unit.Hq.Onnx;

public sealed class OnnxGraphTests
{
    [Fact]
    public void The_bytes_are_those_of_the_schema()
    {
        var graph = new OnnxGraph("g");
        graph.Input("x", ElementType.Float, 2);
        graph.Node("Abs", "y", "x");
        graph.Output("y", ElementType.Float, 2);
        // Written out by hand from onnx.proto3: field number << 3 | wire type, then the length, then the content.
        // TypeProto.tensor_type holds elem_type (2 bytes) and shape: dim "batch" (9 bytes) and dim 2 (4 bytes).
        string type = "12" + "13" + "0a" + "11" + "0801" + "12" + "0d" + "0a07" + "1205" + "6261746368" + "0a02" + "0802";
        string node = "0a" + "12" + "0a0178" + "120179" + "1a05" + "4162735f79" + "2203" + "416273";
        string body = node + "1201" + "67" + "5a" + "18" + "0a0178" + type + "62" + "18" + "0a0179" + type;
        string expected = "0808" + "1206" + "656467656871" + "1a01" + "31" + "3201" + "64" + "3a" + $"{body.Length / 2:x2}" + body + "4204" + "0a00" + "1011";
        Assert.Equal(expected, Convert.ToHexStringLower(graph.ToModel("1", "d", [])));
    }

    [Fact]
    public void A_node_cannot_use_what_does_not_exist_yet()
    {
        var graph = new OnnxGraph("g");
        Assert.Contains("no value called x", Assert.Throws<InvalidOperationException>(() => graph.Node("Abs", "y", "x")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_name_is_given_once()
    {
        var graph = new OnnxGraph("g");
        graph.Input("x", ElementType.Float, 1);
        Assert.Contains("already has a value called x", Assert.Throws<InvalidOperationException>(() => graph.Constant("x", 1.0)).Message, StringComparison.Ordinal);
    }
}
