using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;

namespace EdgeRuntime.Inference.Accelerators;

/// <summary>
/// The native ONNX Runtime of this process. A configured library is looked at with our own eyes before the managed binding touches it: the binding
/// loads once, and when that fails it fails for the whole process.
/// </summary>
static class NativeRuntime
{
    const string ImportName = "onnxruntime";

    static readonly Lock Gate = new();
    static readonly Version Needed = typeof(OrtEnv).Assembly.GetName().Version!;
    static bool _inUse;
    static string? _taken;

    /// <summary>Version of the loaded library.</summary>
    internal static string Version => Environment().GetVersionString();

    /// <summary>ONNX Runtime's names of what the loaded library was built with.</summary>
    internal static IReadOnlyList<string> Providers => Environment().GetAvailableProviders();

    /// <summary>From here on the library is settled.</summary>
    internal static void Ensure() => Environment();

    /// <summary>Takes this library for the process. Returns why not, as one plain sentence; null when it is taken.</summary>
    /// <exception cref="AcceleratorException">It is an ONNX Runtime of another version.</exception>
    internal static string? Use(string path)
    {
        lock (Gate)
        {
            if (_taken == path)
                return null;
            if (_inUse)
                return $"The native library '{path}' is not taken, because another one is already loaded; restart to take it.";
            if (!Path.IsPathFullyQualified(path))
                return $"The native library '{path}' is not a full path; the one that came with the product is used.";
            if (!File.Exists(path))
                return $"The native library '{path}' does not exist; the one that came with the product is used.";
            return Load(path, out nint library) ?? Look(path, library) ?? Take(path, library);
        }
    }

    static OrtEnv Environment()
    {
        lock (Gate)
        {
            _inUse = true;
            if (!OrtEnv.IsCreated)
            {
                // Whatever goes wrong comes back as an exception and is said by us; its own log goes to stderr past ours.
                var quiet = new EnvironmentCreationOptions { logId = "edgeruntime", logLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL };
                return OrtEnv.CreateInstanceWithOptions(ref quiet);
            }

            return OrtEnv.Instance();
        }
    }

    static string? Load(string path, out nint library)
    {
        library = 0;
        try
        {
            library = NativeLibrary.Load(path);
            return null;
        }
        catch (Exception e) when (e is DllNotFoundException or BadImageFormatException)
        {
            return $"The native library '{path}' cannot be loaded ({e.Message.ReplaceLineEndings(" ").Trim()}); the one that came with the product is used.";
        }
    }

    static unsafe string? Look(string path, nint library)
    {
        if (!NativeLibrary.TryGetExport(library, "OrtGetApiBase", out nint export))
        {
            NativeLibrary.Free(library);
            return $"The native library '{path}' is not ONNX Runtime (it has no OrtGetApiBase); the one that came with the product is used.";
        }

        ApiBase* api = ((delegate* unmanaged<ApiBase*>)export)();
        string version = Marshal.PtrToStringUTF8((nint)api->GetVersionString()) ?? "";
        // The number of an API is the minor version; a library that is too old gives none.
        if (version.StartsWith($"{Needed.Major}.{Needed.Minor}.", StringComparison.Ordinal) && api->GetApi((uint)Needed.Minor) != null)
            return null;
        NativeLibrary.Free(library);
        throw new AcceleratorException(
            $"The native library '{path}' is ONNX Runtime {version}, but this build needs {Needed.Major}.{Needed.Minor}; install that version or remove the path.");
    }

    static string? Take(string path, nint library)
    {
        OrtEnv.DisableDllImportResolver = true;
        try
        {
            NativeLibrary.SetDllImportResolver(typeof(OrtEnv).Assembly, (name, _, _) => IsRuntime(name) ? library : 0);
        }
        catch (InvalidOperationException)
        {
            NativeLibrary.Free(library);
            return $"The native library '{path}' is not taken, because another one is already loaded; restart to take it.";
        }

        _taken = path;
        _inUse = true;
        return null;
    }

    static bool IsRuntime(string name) => Path.GetFileNameWithoutExtension(name).Equals(ImportName, StringComparison.OrdinalIgnoreCase);

    /// <summary><c>OrtApiBase</c> of onnxruntime_c_api.h: frozen since its first version.</summary>
    [StructLayout(LayoutKind.Sequential)]
    unsafe struct ApiBase
    {
        internal delegate* unmanaged[Stdcall]<uint, void*> GetApi;
        internal delegate* unmanaged[Stdcall]<byte*> GetVersionString;
    }
}
