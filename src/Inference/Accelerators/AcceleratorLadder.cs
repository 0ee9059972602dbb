using Microsoft.ML.OnnxRuntime;

namespace EdgeRuntime.Inference.Accelerators;

/// <summary>Which accelerator serves, and why the ones before it in the list do not.</summary>
/// <param name="Provider">For <see cref="SessionProfile.Provider"/>.</param>
/// <param name="RuntimeVersion">Version of the ONNX Runtime that is loaded.</param>
/// <param name="Reasons">One plain sentence for every rung that was passed over, in the order asked; empty when the first choice serves.</param>
public sealed record AcceleratorChoice(string Provider, string RuntimeVersion, IReadOnlyList<string> Reasons);

/// <summary>Takes the first accelerator that the loaded native library offers and this machine can start; cpu always serves.</summary>
public static class AcceleratorLadder
{
    public const string Cpu = "cpu";

    /// <summary>
    /// Chooses by trying. A native library that is missing, broken or not ONNX Runtime costs its rungs and is said; the one that came with the
    /// product then serves. The native library is one for the whole process: ask before the first model is loaded.
    /// </summary>
    /// <param name="preferred">In order of preference: <c>tensorrt</c>, <c>cuda</c>, <c>directml</c>, <c>cpu</c>. Empty: cpu.</param>
    /// <param name="nativeLibraryPath">Full path of the vendor's <c>libonnxruntime</c>; null or empty for the one that came with the product.</param>
    /// <exception cref="AcceleratorException">The configured library is an ONNX Runtime of another version than this build needs.</exception>
    public static AcceleratorChoice Choose(IReadOnlyList<string> preferred, string? nativeLibraryPath)
    {
        var reasons = new List<string>();
        if (!string.IsNullOrEmpty(nativeLibraryPath) && NativeRuntime.Use(nativeLibraryPath) is { } refusal)
            reasons.Add(refusal);
        foreach (string accelerator in preferred)
        {
            if (accelerator == Cpu)
                break;
            if (Refusal(accelerator) is not { } why)
                return new AcceleratorChoice(accelerator, NativeRuntime.Version, reasons);
            reasons.Add(why);
        }

        return new AcceleratorChoice(Cpu, NativeRuntime.Version, reasons);
    }

    static string? Refusal(string accelerator)
    {
        if (Accelerator.ProviderName(accelerator) is not { } name)
            return $"'{accelerator}' is not an accelerator that this version knows ({string.Join(", ", Accelerator.Names)}); the next one is asked.";
        if (!NativeRuntime.Providers.Contains(name))
            return $"The loaded ONNX Runtime {NativeRuntime.Version} does not offer {accelerator}; the next one is asked. Set the path of a native library that has it.";
        try
        {
            using var options = new SessionOptions { LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL };
            Accelerator.Append(options, accelerator);
            return null;
        }
        catch (Exception e) when (e is OnnxRuntimeException or EntryPointNotFoundException or System.Runtime.InteropServices.ExternalException)
        {
            return $"ONNX Runtime {NativeRuntime.Version} offers {accelerator}, but it does not start on this machine ({e.Message.ReplaceLineEndings(" ").Trim()}); the next one is asked.";
        }
    }
}
