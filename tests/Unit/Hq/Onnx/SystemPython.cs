using System.Diagnostics;

namespace EdgeRuntime.Tests.Unit.Hq.Onnx;

/// <summary>The system's Python, which is the one that the system's python3-onnx belongs to.</summary>
static class SystemPython
{
    /// <summary>The sentence to skip with where <see cref="LacksOnnx"/>.</summary>
    internal const string NoOnnx = "python3-onnx is not installed (apt-get install python3-onnx).";

    const string Interpreter = "/usr/bin/python3";

    internal static bool LacksOnnx => Run("import onnx").Code != 0;

    /// <summary>127 as a shell says it where there is no Python.</summary>
    internal static (int Code, string Said) Run(string program, params string[] arguments)
    {
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
