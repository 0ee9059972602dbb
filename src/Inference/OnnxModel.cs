using System.Globalization;
using System.Runtime.InteropServices;
using EdgeRuntime.Facts;
using EdgeRuntime.Inference.Accelerators;
using EdgeRuntime.Inference.Calls;
using EdgeRuntime.Inference.Onnx;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace EdgeRuntime.Inference;

/// <summary>
/// One ONNX model, loaded and held against its contract, with buffers bound once: a call allocates nothing on the managed heap. One call at a
/// time; a lane owns its model.
/// </summary>
public sealed class OnnxModel : IDisposable
{
    static readonly TimeSpan DeadlineMax = TimeSpan.FromDays(1);

    readonly TimeProvider _time;
    readonly InferenceSession _session;
    readonly OrtIoBinding _binding;
    readonly RunOptions _options = new();
    readonly CallWatchdog _watchdog;
    readonly bool _onDevice;

    // Bound to native memory handles below; pinned by allocation, so the runtime's pointers stay true.
    readonly float[] _input;
    readonly float[] _output;
    readonly List<OrtValue> _bound = [];
    int _busy;
    bool _disposed;

    OnnxModel(InferenceSession session, ContractCheck.Slot input, IReadOnlyList<ContractCheck.Slot> outputs, SessionProfile profile, TimeProvider time)
    {
        _time = time;
        _session = session;
        _onDevice = profile.Provider != AcceleratorLadder.Cpu;
        _binding = session.CreateIoBinding();
        _watchdog = new CallWatchdog(time, on => _options.Terminate = on);
        InputName = input.Name;
        Environment = EnvironmentFingerprint.Describe(profile);
        _input = GC.AllocateArray<float>(input.Length, pinned: true);
        _output = GC.AllocateArray<float>(outputs.Sum(o => o.Length), pinned: true);
        _binding.BindInput(input.Name, Bind(_input, 0, input));
        var layout = new List<ModelOutput>();
        int offset = 0;
        foreach (ContractCheck.Slot output in outputs)
        {
            _binding.BindOutput(output.Name, Bind(_output, offset, output));
            layout.Add(new ModelOutput(output.Name, offset, output.Length));
            offset += output.Length;
        }

        Outputs = layout;
    }

    public string InputName { get; }

    /// <summary>How many features a question has.</summary>
    public int InputLength => _input.Length;

    /// <summary>All outputs in contract order, and where each lies among the floats of a call.</summary>
    public IReadOnlyList<ModelOutput> Outputs { get; }

    /// <summary>How many floats a call gives: all outputs together.</summary>
    public int OutputLength => _output.Length;

    /// <summary>
    /// What can change the last bit of an answer, for <see cref="Activation.Environment"/>: runtime build, provider, instruction set, threads,
    /// optimisation level, operating system.
    /// </summary>
    public string Environment { get; }

    /// <summary>Version of ONNX Runtime that is loaded, e.g. <c>1.31.1</c>.</summary>
    public static string RuntimeVersion => NativeRuntime.Version;

    /// <summary>What of this process and machine can change the last bit of an answer of a session with this profile.</summary>
    public static BoxEnvironment EnvironmentOf(SessionProfile profile) => EnvironmentFingerprint.Of(profile);

    /// <summary>Loads a model and holds it against its contract.</summary>
    /// <exception cref="ModelRefusedException">It is not whole, not safe to load, or not what the contract says.</exception>
    public static OnnxModel Load(ReadOnlyMemory<byte> onnx, ModelContract contract, SessionProfile profile, TimeProvider? time = null)
    {
        ModelScan.Check(onnx.Span, contract.Opset);
        InferenceSession session = Open(onnx, profile);
        try
        {
            (ContractCheck.Slot input, IReadOnlyList<ContractCheck.Slot> outputs) = ContractCheck.Check(session, contract);
            return new OnnxModel(session, input, outputs, profile, time ?? TimeProvider.System);
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }

    /// <summary>The output of that name, or null.</summary>
    public ModelOutput? Find(string output)
    {
        foreach (ModelOutput candidate in Outputs)
        {
            if (candidate.Name == output)
                return candidate;
        }

        return null;
    }

    /// <summary>
    /// Asks the model. At the deadline the runtime is asked to stop; it does so between two operators, so one very long operator runs to its end
    /// and is then too slow. An answer that is not finite is <see cref="CallOutcome.NotFinite"/> even when it was late as well.
    /// </summary>
    /// <param name="input"><see cref="InputLength"/> floats in contract order. NaN or infinity: not asked, <see cref="CallOutcome.InputIncomplete"/>.</param>
    /// <param name="outputs">At least <see cref="OutputLength"/> floats; written only where the result says so.</param>
    /// <param name="deadline">The longest the call may take, above zero; none: as long as it takes.</param>
    /// <exception cref="InvalidOperationException">Another call is running.</exception>
    public CallResult Run(ReadOnlySpan<float> input, Span<float> outputs, TimeSpan? deadline = null)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (input.Length != _input.Length)
            throw new ArgumentException($"The model takes {_input.Length} features, not {input.Length}.", nameof(input));
        if (outputs.Length < _output.Length)
            throw new ArgumentException($"The model gives {_output.Length} numbers; there is room for {outputs.Length}.", nameof(outputs));
        if (deadline <= TimeSpan.Zero)
            throw new ArgumentOutOfRangeException(nameof(deadline), "A deadline lies after the start of the call.");
        if (Interlocked.Exchange(ref _busy, 1) != 0)
            throw new InvalidOperationException("The model is being asked already; a lane asks one question at a time.");
        try
        {
            int gap = FirstNotFinite(input);
            return gap >= 0 ? NotAsked(gap, input[gap]) : Ask(input, outputs, deadline);
        }
        finally
        {
            Volatile.Write(ref _busy, 0);
        }
    }

    public void Dispose()
    {
        if (_disposed)
            return;
        _disposed = true;
        _watchdog.Dispose();
        _binding.Dispose();
        foreach (OrtValue value in _bound)
            value.Dispose();
        _options.Dispose();
        _session.Dispose();
    }

    static InferenceSession Open(ReadOnlyMemory<byte> onnx, SessionProfile profile)
    {
        try
        {
            using SessionOptions options = PinnedOptions.For(profile);
            byte[] bytes = MemoryMarshal.TryGetArray(onnx, out ArraySegment<byte> whole) && whole.Offset == 0 && whole.Count == whole.Array!.Length
                ? whole.Array
                : onnx.ToArray();
            return new InferenceSession(bytes, options);
        }
        catch (OnnxRuntimeException e)
        {
            throw new ModelRefusedException($"ONNX Runtime cannot load the model: {OneLine(e.Message)}", e);
        }
    }

    CallResult Ask(ReadOnlySpan<float> input, Span<float> outputs, TimeSpan? deadline)
    {
        input.CopyTo(_input);
        string? failure = null;
        long start = _time.GetTimestamp();
        if (deadline is { } limit)
            _watchdog.Begin(start + Ticks(limit));
        try
        {
            _session.RunWithBinding(_options, _binding);
            if (_onDevice)
                _binding.SynchronizeBoundOutputs();
        }
        catch (Exception e) when (e is OnnxRuntimeException or ExternalException)
        {
            failure = OneLine(e.Message);
        }

        long latency = Nanoseconds(_time.GetTimestamp() - start);
        bool stopped = deadline is not null && _watchdog.End();
        bool late = stopped || (deadline is { } allowed && latency > allowed.Ticks * TimeSpan.NanosecondsPerTick);
        if (failure is not null)
            return stopped
                ? new CallResult(CallOutcome.TooSlow, latency, false, TooSlow(deadline, latency, "and was stopped without an answer"))
                : new CallResult(CallOutcome.Failed, latency, false, $"ONNX Runtime failed the call: {failure}");
        _output.CopyTo(outputs);
        int bad = FirstNotFinite(_output);
        if (bad >= 0)
            return new CallResult(CallOutcome.NotFinite, latency, true, NotFinite(bad));
        return late
            ? new CallResult(CallOutcome.TooSlow, latency, true, TooSlow(deadline, latency, "and its answer came too late to be used"))
            : new CallResult(CallOutcome.Answered, latency, true, "");
    }

    OrtValue Bind(float[] pinned, int offset, ContractCheck.Slot slot)
    {
        var value = OrtValue.CreateTensorValueWithData(
            OrtMemoryInfo.DefaultInstance,
            TensorElementType.Float,
            slot.Shape,
            Marshal.UnsafeAddrOfPinnedArrayElement(pinned, offset),
            (long)slot.Length * sizeof(float));
        _bound.Add(value);
        return value;
    }

    static int FirstNotFinite(ReadOnlySpan<float> values)
    {
        for (int i = 0; i < values.Length; i++)
        {
            if (!float.IsFinite(values[i]))
                return i;
        }

        return -1;
    }

    static CallResult NotAsked(int index, float value) => new(
        CallOutcome.InputIncomplete, 0, false,
        string.Create(CultureInfo.InvariantCulture, $"Feature {index} is {value}; a model is asked only about vectors whose features all have a finite value."));

    string NotFinite(int index)
    {
        ModelOutput output = Outputs.Last(o => o.Offset <= index);
        return string.Create(CultureInfo.InvariantCulture, $"The model's output '{output.Name}' is {_output[index]} at index {index - output.Offset}; only finite answers are used.");
    }

    static string TooSlow(TimeSpan? deadline, long latency, string end) => string.Create(
        CultureInfo.InvariantCulture,
        $"The call took {latency / 1e6:0.###} ms, more than the {deadline.GetValueOrDefault().TotalMilliseconds:0.###} ms it may take, {end}.");

    long Ticks(TimeSpan limit) => (long)((limit < DeadlineMax ? limit : DeadlineMax).TotalSeconds * _time.TimestampFrequency);

    long Nanoseconds(long ticks) => _time.TimestampFrequency == 1_000_000_000 ? ticks : (long)((Int128)ticks * 1_000_000_000 / _time.TimestampFrequency);

    /// <summary>ONNX Runtime's messages carry line breaks and may quote the whole model.</summary>
    static string OneLine(string text)
    {
        string line = text.ReplaceLineEndings(" ").Trim();
        return line.Length <= 400 ? line : line[..400] + "…";
    }
}
