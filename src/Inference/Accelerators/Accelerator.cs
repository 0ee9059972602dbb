using Microsoft.ML.OnnxRuntime;

namespace EdgeRuntime.Inference.Accelerators;

/// <summary>The accelerators by their words in a release, and ONNX Runtime's names for them.</summary>
static class Accelerator
{
    static readonly Dictionary<string, string> ProviderNames = new(StringComparer.Ordinal)
    {
        ["tensorrt"] = "TensorrtExecutionProvider",
        ["cuda"] = "CUDAExecutionProvider",
        ["directml"] = "DmlExecutionProvider",
        ["cpu"] = "CPUExecutionProvider",
    };

    internal static IEnumerable<string> Names => ProviderNames.Keys;

    internal static string? ProviderName(string accelerator) => ProviderNames.GetValueOrDefault(accelerator);

    /// <exception cref="OnnxRuntimeException">The library offers it, but the machine does not have what it needs.</exception>
    /// <exception cref="ModelRefusedException">There is no such accelerator, or the library does not offer it.</exception>
    internal static void Append(SessionOptions options, string accelerator)
    {
        if (ProviderName(accelerator) is not { } name)
            throw new ModelRefusedException($"'{accelerator}' is not an accelerator; it must be one of {string.Join(", ", Names)}.");
        if (!NativeRuntime.Providers.Contains(name))
            throw new ModelRefusedException($"The loaded ONNX Runtime {NativeRuntime.Version} does not offer {accelerator}.");
        switch (accelerator)
        {
            case "tensorrt":
                options.AppendExecutionProvider_Tensorrt(0);
                break;
            case "cuda":
                options.AppendExecutionProvider_CUDA(0);
                break;
            case "directml":
                // DirectML refuses memory patterns and parallel execution.
                options.EnableMemoryPattern = false;
                options.AppendExecutionProvider_DML(0);
                break;
            default:
                break;
        }
    }
}
