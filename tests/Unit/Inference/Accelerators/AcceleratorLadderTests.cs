using System.Diagnostics;
using System.Runtime.InteropServices;
using EdgeRuntime.Inference;
using EdgeRuntime.Inference.Accelerators;
using EdgeRuntime.Tests.Kit;
using Xunit;

namespace EdgeRuntime.Tests.Unit.Inference.Accelerators;

/// <summary>
/// A native library is taken once for a process. Whatever must come before the first model is loaded runs in a process of its own: the test starts
/// itself again, and there it finds <see cref="Child"/> set.
/// </summary>
public sealed class AcceleratorLadderTests
{
    const string Child = "EDGERUNTIME_TEST_CHILD";

    [Fact]
    public void Cpu_serves_without_a_word_where_it_is_the_first_choice()
    {
        Assert.Equal(("cpu", 0), Choose(["cpu"]));
        Assert.Equal(("cpu", 0), Choose(["cpu", "cuda"]));
        Assert.Equal(("cpu", 0), Choose([]));

        static (string, int) Choose(string[] preferred)
        {
            AcceleratorChoice choice = AcceleratorLadder.Choose(preferred, null);
            return (choice.Provider, choice.Reasons.Count);
        }
    }

    [Fact]
    public void What_the_library_does_not_offer_is_passed_over_and_said()
    {
        AcceleratorChoice choice = AcceleratorLadder.Choose(["tensorrt", "cuda", "abacus", "directml", "cpu"], "");
        Assert.Equal("cpu", choice.Provider);
        Assert.Equal(OnnxModel.RuntimeVersion, choice.RuntimeVersion);
        Assert.Equal(
            [
                $"The loaded ONNX Runtime {choice.RuntimeVersion} does not offer tensorrt; the next one is asked. Set the path of a native library that has it.",
                $"The loaded ONNX Runtime {choice.RuntimeVersion} does not offer cuda; the next one is asked. Set the path of a native library that has it.",
                "'abacus' is not an accelerator that this version knows (tensorrt, cuda, directml, cpu); the next one is asked.",
                $"The loaded ONNX Runtime {choice.RuntimeVersion} does not offer directml; the next one is asked. Set the path of a native library that has it.",
            ],
            choice.Reasons);
    }

    [Fact]
    public void A_library_after_the_first_model_is_too_late_and_said()
    {
        string version = OnnxModel.RuntimeVersion;
        AcceleratorChoice choice = AcceleratorLadder.Choose(["cpu"], "/opt/vendor/libonnxruntime.so");
        Assert.Equal(("cpu", version), (choice.Provider, choice.RuntimeVersion));
        Assert.Equal("The native library '/opt/vendor/libonnxruntime.so' is not taken, because another one is already loaded; restart to take it.", Assert.Single(choice.Reasons));
    }

    [Fact]
    public async Task A_library_that_cannot_be_taken_leaves_the_products_own()
    {
        if (await RanInChild(nameof(A_library_that_cannot_be_taken_leaves_the_products_own)))
            return;
        string folder = Directory.CreateTempSubdirectory("native").FullName;
        try
        {
            string corrupt = Path.Combine(folder, "libcorrupt.so"), stranger = Path.Combine(folder, "libstranger.so"), missing = Path.Combine(folder, "libmissing.so");
            File.WriteAllBytes(corrupt, [0x7f, (byte)'E', (byte)'L', (byte)'F', 2, 1, 1, 0, 0, 0, 0, 0]);
            File.Copy(NativeFile("onnxruntime_providers_shared"), stranger);

            Assert.Equal($"The native library '{missing}' does not exist; the one that came with the product is used.", NativeRuntime.Use(missing));
            Assert.Equal("The native library 'libonnxruntime.so' is not a full path; the one that came with the product is used.", NativeRuntime.Use("libonnxruntime.so"));
            Assert.StartsWith($"The native library '{corrupt}' cannot be loaded (", NativeRuntime.Use(corrupt), StringComparison.Ordinal);
            Assert.Equal($"The native library '{stranger}' is not ONNX Runtime (it has no OrtGetApiBase); the one that came with the product is used.", NativeRuntime.Use(stranger));

            AcceleratorChoice choice = AcceleratorLadder.Choose(["cuda", "cpu"], missing);
            Assert.Equal("cpu", choice.Provider);
            Assert.Equal(2, choice.Reasons.Count);
            AnswersTwoPlusThree();
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task A_library_of_another_version_is_a_clear_error()
    {
        if (await RanInChild(nameof(A_library_of_another_version_is_a_clear_error)))
            return;
        string folder = Directory.CreateTempSubdirectory("native").FullName;
        try
        {
            string other = Path.Combine(folder, "libonnxruntime.so");
            byte[] bytes = File.ReadAllBytes(NativeFile("onnxruntime"));
            Replace(bytes, "\01.31.1\0"u8, "\01.22.0\0"u8);
            File.WriteAllBytes(other, bytes);
            var refusal = Assert.Throws<AcceleratorException>(() => AcceleratorLadder.Choose(["cpu"], other));
            Assert.Equal($"The native library '{other}' is ONNX Runtime 1.22.0, but this build needs 1.31; install that version or remove the path.", refusal.Message);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task The_vendors_library_answers_in_place_of_the_products()
    {
        if (await RanInChild(nameof(The_vendors_library_answers_in_place_of_the_products)))
            return;
        string folder = Directory.CreateTempSubdirectory("native").FullName;
        string vendor = Path.Combine(folder, OperatingSystem.IsWindows() ? "vendor.dll" : "libvendor.so");
        byte[] bytes = File.ReadAllBytes(NativeFile("onnxruntime"));
        // The vendor's build tells its own patch number, so that it cannot be mistaken for ours.
        Replace(bytes, "\01.31.1\0"u8, "\01.31.9\0"u8);
        File.WriteAllBytes(vendor, bytes);
        AcceleratorChoice choice = AcceleratorLadder.Choose(["cuda"], vendor);
        Assert.Equal(("cpu", "1.31.9"), (choice.Provider, choice.RuntimeVersion));
        Assert.StartsWith("The loaded ONNX Runtime 1.31.9 does not offer cuda", Assert.Single(choice.Reasons), StringComparison.Ordinal);
        AnswersTwoPlusThree();
        Assert.StartsWith("onnxruntime 1.31.9; cpu; ", EnvironmentFingerprint.Describe(new SessionProfile()), StringComparison.Ordinal);
        Assert.Empty(AcceleratorLadder.Choose(["cpu"], vendor).Reasons);
        Assert.Single(AcceleratorLadder.Choose(["cpu"], vendor + ".other").Reasons);
    }

    static void AnswersTwoPlusThree()
    {
        using OnnxModel model = OnnxModel.Load(TinyOnnx.Linear([1, 1], 0), Contracts.Score(2), new SessionProfile());
        var outputs = new float[1];
        model.Run([2, 3], outputs);
        Assert.Equal(5, outputs[0]);
    }

    /// <summary>In the test run: runs the method in a child process, asserts that it passed there, and says true. In the child: false.</summary>
    static async Task<bool> RanInChild(string method)
    {
        if (Environment.GetEnvironmentVariable(Child) == method)
            return false;
        string assembly = typeof(AcceleratorLadderTests).Assembly.Location;
        var start = new ProcessStartInfo("dotnet", ["exec", assembly, "-method", $"{typeof(AcceleratorLadderTests).FullName}.{method}", "-noColor"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment[Child] = method;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromMinutes(5));
        using Process child = Process.Start(start)!;
        try
        {
            Task<string> errors = child.StandardError.ReadToEndAsync(limit.Token);
            string output = await child.StandardOutput.ReadToEndAsync(limit.Token) + await errors;
            await child.WaitForExitAsync(limit.Token);
            Assert.True(child.ExitCode == 0 && output.Contains("Total: 1,", StringComparison.Ordinal), output);
            return true;
        }
        finally
        {
            if (!child.HasExited)
                child.Kill(entireProcessTree: true);
        }
    }

    static string NativeFile(string name)
    {
        string file = OperatingSystem.IsWindows() ? name + ".dll" : $"lib{name}.so";
        string architecture = RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant();
        string beside = Path.Combine(AppContext.BaseDirectory, "runtimes", $"{(OperatingSystem.IsWindows() ? "win" : "linux")}-{architecture}", "native", file);
        return File.Exists(beside) ? beside : Path.Combine(AppContext.BaseDirectory, file);
    }

    static void Replace(Span<byte> bytes, ReadOnlySpan<byte> old, ReadOnlySpan<byte> with)
    {
        int replaced = 0;
        for (int at = bytes.IndexOf(old), from = 0; at >= 0; at = bytes[from..].IndexOf(old))
        {
            with.CopyTo(bytes[(from + at)..]);
            from += at + with.Length;
            replaced++;
        }

        Assert.True(replaced > 0, "the library does not tell its version where the test looks for it");
    }
}
