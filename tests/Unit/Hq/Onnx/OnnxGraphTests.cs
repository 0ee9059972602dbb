using System.Diagnostics;
using EdgeRuntime.Hq.Onnx;
using EdgeRuntime.Hq.Training;
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

    [Fact]
    public void The_reference_checker_of_ONNX_takes_both_models()
    {
        float[][] rows = TinyPlant.Rows(seed: 1, rows: 60, width: 4);
        string folder = Directory.CreateTempSubdirectory("onnx").FullName;
        try
        {
            File.WriteAllBytes(Path.Combine(folder, "a.onnx"), TSquaredQGraph.Write(TSquaredQFit.Fit(rows, new(0.9, LimitMethod.Empirical, 0.99, 4)), "1.0.0", [new("k", "v")]));
            File.WriteAllBytes(Path.Combine(folder, "b.onnx"), LargestDeviation.Fit(rows, 0.99, 4).Write("1.0.0", []));
            (int rc, string said) = Python("import onnx, sys\nfor f in sys.argv[1:]: onnx.checker.check_model(onnx.load(f), full_check=True)",
                Path.Combine(folder, "a.onnx"), Path.Combine(folder, "b.onnx"));
            Assert.SkipWhen(rc == 127 || said.Contains("No module named 'onnx'", StringComparison.Ordinal), "python3-onnx is not installed (apt-get install python3-onnx).");
            Assert.True(rc == 0, said);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>The system's Python, which is the one that the system's python3-onnx belongs to; 127 as a shell says it where there is none.</summary>
    static (int Code, string Said) Python(string program, params string[] arguments)
    {
        const string Interpreter = "/usr/bin/python3";
        if (!File.Exists(Interpreter))
            return (127, "");
        var start = new ProcessStartInfo(Interpreter) { RedirectStandardError = true };
        foreach (string argument in (string[])["-c", program, .. arguments])
            start.ArgumentList.Add(argument);
        using Process process = Process.Start(start)!;
        string said = process.StandardError.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, said);
    }
}
