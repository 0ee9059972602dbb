using EdgeRuntime.Inference.Accelerators;
using Microsoft.ML.OnnxRuntime;

namespace EdgeRuntime.Inference.Onnx;

/// <summary>A profile as ONNX Runtime's session options.</summary>
static class PinnedOptions
{
    static readonly Dictionary<string, GraphOptimizationLevel> Levels = new(StringComparer.Ordinal)
    {
        ["disabled"] = GraphOptimizationLevel.ORT_DISABLE_ALL,
        ["basic"] = GraphOptimizationLevel.ORT_ENABLE_BASIC,
        ["extended"] = GraphOptimizationLevel.ORT_ENABLE_EXTENDED,
        ["all"] = GraphOptimizationLevel.ORT_ENABLE_ALL,
    };

    /// <exception cref="ModelRefusedException">The profile asks for what there is not.</exception>
    internal static SessionOptions For(SessionProfile profile)
    {
        if (!Levels.TryGetValue(profile.GraphOptimization, out GraphOptimizationLevel level))
            throw new ModelRefusedException($"The graph optimisation level '{profile.GraphOptimization}' does not exist; it must be one of {string.Join(", ", Levels.Keys)}.");
        if (profile.Threads is < 1 or > 64)
            throw new ModelRefusedException($"The session asks for {profile.Threads} threads; it must be from 1 to 64.");
        NativeRuntime.Ensure();
        var options = new SessionOptions
        {
            IntraOpNumThreads = profile.Threads,
            InterOpNumThreads = 1,
            ExecutionMode = ExecutionMode.ORT_SEQUENTIAL,
            GraphOptimizationLevel = level,
            // Its warnings go to stderr past our log; what is wrong comes back as an exception.
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL,
        };
        try
        {
            options.AddSessionConfigEntry("session.use_deterministic_compute", "1");
            // A waiting thread that spins takes a core from the writer and gives a batch of one nothing.
            options.AddSessionConfigEntry("session.intra_op.allow_spinning", "0");
            Accelerator.Append(options, profile.Provider);
            return options;
        }
        catch
        {
            options.Dispose();
            throw;
        }
    }
}
