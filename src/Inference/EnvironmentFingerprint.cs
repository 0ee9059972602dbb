using System.Globalization;
using System.Runtime.InteropServices;
using EdgeRuntime.Facts;
using EdgeRuntime.Inference.Accelerators;
using Arm = System.Runtime.Intrinsics.Arm;
using X86 = System.Runtime.Intrinsics.X86;

namespace EdgeRuntime.Inference;

/// <summary>What can change the last bit of an answer, as one line of text. Two boxes with the same line are expected to give the same bits.</summary>
static class EnvironmentFingerprint
{
    /// <summary>The same as fields, with what beside the runtime can change text or arithmetic.</summary>
    public static BoxEnvironment Of(SessionProfile profile) => new(
        NativeRuntime.Version,
        profile.Provider,
        string.Join(' ', Extensions().Where(e => e.Present).Select(e => e.Name)),
        profile.Threads,
        profile.GraphOptimization,
        CultureInfo.CurrentCulture.Name is { Length: > 0 } culture ? culture : "invariant",
        OperatingSystemName(),
        RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant(),
        Environment.Version.ToString());

    /// <summary>e.g. <c>onnxruntime 1.31.1; cpu; x64 avx avx2 fma; 1 thread, sequential, extended; linux</c>.</summary>
    public static string Describe(SessionProfile profile) => string.Create(
        CultureInfo.InvariantCulture,
        $"onnxruntime {NativeRuntime.Version}; {profile.Provider}; {InstructionSet()}; {profile.Threads} {(profile.Threads == 1 ? "thread" : "threads")}, sequential, {profile.GraphOptimization}; {OperatingSystemName()}");

    /// <summary>
    /// Architecture and the extensions that ONNX Runtime's kernels choose by, as .NET sees them; bf16 and i8mm of arm64 it does not see.
    /// </summary>
    static string InstructionSet() => string.Join(' ', Extensions().Where(e => e.Present).Select(e => e.Name)
        .Prepend(RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant()));

    static IEnumerable<(string Name, bool Present)> Extensions() =>
    [
        ("sse4.1", X86.Sse41.IsSupported),
        ("avx", X86.Avx.IsSupported),
        ("avx2", X86.Avx2.IsSupported),
        ("fma", X86.Fma.IsSupported),
        ("avx512f", X86.Avx512F.IsSupported),
        ("avx512bw", X86.Avx512BW.IsSupported),
        ("avx512vbmi", X86.Avx512Vbmi.IsSupported),
        ("avxvnni", X86.AvxVnni.IsSupported),
        ("neon", Arm.AdvSimd.IsSupported),
        ("dotprod", Arm.Dp.IsSupported),
#pragma warning disable SYSLIB5003 // Only asked whether it is there: a convolution differs between arm64 with and without it.
        ("sve", Arm.Sve.IsSupported),
#pragma warning restore SYSLIB5003
    ];

    static string OperatingSystemName() => OperatingSystem.IsWindows() ? "windows" : OperatingSystem.IsLinux() ? "linux" : "other";
}
