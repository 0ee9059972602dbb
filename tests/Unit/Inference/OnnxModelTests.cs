using EdgeRuntime.Facts;
using EdgeRuntime.Inference;
using EdgeRuntime.Tests.Kit;
using Xunit;

namespace EdgeRuntime.Tests.Unit.Inference;

public sealed class OnnxModelTests
{
    static readonly SessionProfile Profile = new();

    [Fact]
    public void A_linear_model_gives_the_sum_that_pencil_and_paper_give()
    {
        using OnnxModel model = OnnxModel.Load(TinyOnnx.Linear([2, -1, 0.5f], 0.25f), Contracts.Score(3), Profile);
        var outputs = new float[model.OutputLength];
        CallResult call = model.Run([1, 2, 4], outputs);
        Assert.Equal(CallOutcome.Answered, call.Outcome);
        Assert.True(call.HasOutputs);
        Assert.Equal("", call.Detail);
        Assert.True(call.Latency > 0);
        Assert.Equal(2.25f, Assert.Single(outputs));
    }

    [Fact]
    public void Every_output_is_found_by_its_name()
    {
        using OnnxModel model = OnnxModel.Load(TinyOnnx.Contributions(3), Contracts.Contributions(3), Profile);
        Assert.Equal([new ModelOutput("score", 0, 1), new ModelOutput("t2", 1, 1), new ModelOutput("contributions", 2, 3)], model.Outputs);
        Assert.Equal(5, model.OutputLength);
        Assert.Equal(3, model.InputLength);
        Assert.Equal("x", model.InputName);
        var outputs = new float[5];
        Assert.Equal(CallOutcome.Answered, model.Run([1, 2, 3], outputs).Outcome);
        Assert.Equal([6, 14, 1, 4, 9], outputs);
        Assert.Equal(new ModelOutput("t2", 1, 1), model.Find("t2"));
        Assert.Null(model.Find("q"));
    }

    [Fact]
    public void Ten_thousand_calls_allocate_nothing()
    {
        using OnnxModel model = OnnxModel.Load(TinyOnnx.Perceptron(1, 32, 64, 32, 1), Contracts.Score(32), Profile);
        float[] input = [.. Enumerable.Range(0, 32).Select(i => i / 32f)];
        var outputs = new float[1];
        var deadline = TimeSpan.FromMinutes(10);
        for (int i = 0; i < 1_000; i++)
            Assert.Equal(CallOutcome.Answered, model.Run(input, outputs, i % 2 == 0 ? deadline : null).Outcome);
        int answered = 0;
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 10_000; i++)
        {
            if (model.Run(input, outputs, i % 2 == 0 ? deadline : null).Outcome == CallOutcome.Answered)
                answered++;
        }

        long bytes = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.Equal(10_000, answered);
        Assert.Equal(0, bytes);
    }

    [Fact]
    public void The_same_question_gives_the_same_bits_in_every_session_and_at_every_call()
    {
        byte[] onnx = TinyOnnx.Perceptron(2, 24, 48, 24, 1);
        using OnnxModel one = OnnxModel.Load(onnx, Contracts.Score(24), Profile);
        using OnnxModel two = OnnxModel.Load(onnx, Contracts.Score(24), Profile);
        var random = new Random(20260101);
        float[] a = new float[1], b = new float[1], input = new float[24];
        for (int round = 0; round < 200; round++)
        {
            for (int i = 0; i < input.Length; i++)
                input[i] = random.NextSingle() * 10 - 5;
            one.Run(input, a);
            two.Run(input, b);
            Assert.Equal(BitConverter.SingleToInt32Bits(a[0]), BitConverter.SingleToInt32Bits(b[0]));
        }
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(float.NegativeInfinity)]
    public void A_vector_with_a_gap_is_not_asked(float gap)
    {
        using OnnxModel model = OnnxModel.Load(TinyOnnx.Linear([1, 1, 1], 0), Contracts.Score(3), Profile);
        var outputs = new float[] { 42 };
        CallResult call = model.Run([0, gap, 0], outputs);
        Assert.Equal(CallOutcome.InputIncomplete, call.Outcome);
        Assert.Equal(0, call.Latency);
        Assert.False(call.HasOutputs);
        Assert.Equal(42, outputs[0]);
        Assert.StartsWith("Feature 1 is ", call.Detail, StringComparison.Ordinal);
        Assert.EndsWith("; a model is asked only about vectors whose features all have a finite value.", call.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(-1f, "NaN")]
    [InlineData(0f, "-Infinity")]
    public void An_answer_that_is_not_a_number_is_never_passed_off_as_one(float input, string said)
    {
        using OnnxModel model = OnnxModel.Load(TinyOnnx.Logarithm(2), Contracts.Vector(2), Profile);
        CallResult call = model.Run([1, input], new float[2]);
        Assert.Equal(CallOutcome.NotFinite, call.Outcome);
        Assert.True(call.HasOutputs);
        Assert.Equal($"The model's output 'score' is {said} at index 1; only finite answers are used.", call.Detail);
    }

    [Fact]
    public void A_model_that_answers_NaN_once_answers_the_next_question()
    {
        using OnnxModel model = OnnxModel.Load(TinyOnnx.Logarithm(1), Contracts.Vector(1), Profile);
        var outputs = new float[1];
        Assert.Equal(CallOutcome.NotFinite, model.Run([-1], outputs).Outcome);
        Assert.Equal(CallOutcome.Answered, model.Run([1], outputs).Outcome);
        Assert.Equal(0, outputs[0]);
    }

    [Fact]
    public void A_call_that_fails_in_the_runtime_says_why()
    {
        using OnnxModel model = OnnxModel.Load(TinyOnnx.Failing(3), Contracts.Of(3, ["batch", "4"]), Profile);
        CallResult call = model.Run([1, 2, 3], new float[4]);
        Assert.Equal(CallOutcome.Failed, call.Outcome);
        Assert.False(call.HasOutputs);
        Assert.StartsWith("ONNX Runtime failed the call: ", call.Detail, StringComparison.Ordinal);
        Assert.Contains("Reshape", call.Detail, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', call.Detail);
    }

    [Fact(Timeout = 120_000)]
    public async Task A_model_that_never_ends_is_stopped_at_its_deadline_and_can_be_asked_again()
    {
        using OnnxModel model = OnnxModel.Load(TinyOnnx.Endless(2), Contracts.Vector(2), Profile);
        await Task.Run(
            () =>
            {
                for (int i = 0; i < 3; i++)
                {
                    CallResult call = model.Run([1, 2], new float[2], TimeSpan.FromMilliseconds(30));
                    Assert.Equal(CallOutcome.TooSlow, call.Outcome);
                    Assert.False(call.HasOutputs);
                    Assert.True(call.Latency >= 30_000_000, $"it was stopped after {call.Latency} ns, before its deadline");
                    Assert.EndsWith("more than the 30 ms it may take, and was stopped without an answer.", call.Detail, StringComparison.Ordinal);
                }
            },
            TestContext.Current.CancellationToken);
    }

    [Fact]
    public void A_call_after_a_stopped_one_is_not_stopped_for_it()
    {
        // One model that is slow or quick as it is asked: the loop's rounds do not depend on the input, so two deadlines do the same.
        using OnnxModel model = OnnxModel.Load(TinyOnnx.Loop(2, 100_000), Contracts.Vector(2), Profile);
        var outputs = new float[2];
        Assert.Equal(CallOutcome.TooSlow, model.Run([1, 2], outputs, TimeSpan.FromTicks(1)).Outcome);
        Assert.Equal(CallOutcome.Answered, model.Run([1, 2], outputs).Outcome);
        Assert.Equal(CallOutcome.TooSlow, model.Run([1, 2], outputs, TimeSpan.FromTicks(1)).Outcome);
        Assert.Equal(CallOutcome.Answered, model.Run([1, 2], outputs, TimeSpan.FromHours(1)).Outcome);
        Assert.Equal(200_002, outputs[1]);
    }

    [Fact]
    public void An_answer_after_the_deadline_is_there_for_the_record_and_too_slow()
    {
        using OnnxModel model = OnnxModel.Load(TinyOnnx.Linear([1, 1], 0), Contracts.Score(2), Profile, new SteppingClock());
        var outputs = new float[1];
        CallResult within = model.Run([1, 2], outputs, TimeSpan.FromSeconds(10));
        Assert.Equal(CallOutcome.Answered, within.Outcome);
        Assert.True(within.Latency >= 2_000_000);
        CallResult late = model.Run([1, 4], outputs, TimeSpan.FromMilliseconds(1));
        Assert.Equal(CallOutcome.TooSlow, late.Outcome);
        Assert.Contains("more than the 1 ms it may take", late.Detail, StringComparison.Ordinal);
        Assert.True(late.HasOutputs);
        Assert.Equal(5, outputs[0]);
    }

    [Fact]
    public void Two_callers_at_once_are_a_mistake_of_the_program_and_said()
    {
        using OnnxModel model = OnnxModel.Load(TinyOnnx.Endless(2), Contracts.Vector(2), Profile);
        using var started = new ManualResetEventSlim();
        var lane = new Thread(() =>
        {
            started.Set();
            model.Run([1, 2], new float[2], TimeSpan.FromSeconds(2));
        });
        lane.Start();
        started.Wait(TestContext.Current.CancellationToken);
        // The lane may not have entered the call yet; asking until it has costs nothing, because each refused question ends at once.
        string? refusal = null;
        while (refusal is null && lane.IsAlive)
        {
            try
            {
                model.Run([float.NaN, 0], new float[2]);
            }
            catch (InvalidOperationException e)
            {
                refusal = e.Message;
            }
        }

        lane.Join();
        Assert.Equal("The model is being asked already; a lane asks one question at a time.", refusal);
    }

    [Fact]
    public void Wrong_lengths_and_a_deadline_in_the_past_are_mistakes_of_the_program()
    {
        OnnxModel model = OnnxModel.Load(TinyOnnx.Linear([1, 1], 0), Contracts.Score(2), Profile);
        Assert.StartsWith("The model takes 2 features, not 3.", Assert.Throws<ArgumentException>(() => model.Run([1, 2, 3], new float[1])).Message, StringComparison.Ordinal);
        Assert.StartsWith("The model gives 1 numbers; there is room for 0.", Assert.Throws<ArgumentException>(() => model.Run([1, 2], [])).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => model.Run([1, 2], new float[1], TimeSpan.Zero));
        model.Dispose();
        model.Dispose();
        Assert.Throws<ObjectDisposedException>(() => model.Run([1, 2], new float[1]));
    }

    [Fact]
    public void The_environment_names_everything_that_can_change_a_bit()
    {
        using OnnxModel model = OnnxModel.Load(TinyOnnx.Linear([1], 0), Contracts.Score(1), new SessionProfile { Threads = 2, GraphOptimization = "all" });
        string[] parts = model.Environment.Split("; ");
        Assert.Equal(5, parts.Length);
        Assert.Equal($"onnxruntime {OnnxModel.RuntimeVersion}", parts[0]);
        Assert.Equal("cpu", parts[1]);
        Assert.StartsWith(System.Runtime.InteropServices.RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant(), parts[2], StringComparison.Ordinal);
        Assert.Equal(System.Runtime.Intrinsics.X86.Avx2.IsSupported, parts[2].Split(' ').Contains("avx2"));
        Assert.Equal("2 threads, sequential, all", parts[3]);
        Assert.Contains(parts[4], new[] { "linux", "windows", "other" });
        Assert.EndsWith("1 thread, sequential, extended; " + parts[4], EnvironmentFingerprint.Describe(new SessionProfile()), StringComparison.Ordinal);
    }

    /// <summary>Moves 2 ms whenever it is asked, so that every call takes 2 ms by the only clock there is; its timers never fire.</summary>
    sealed class SteppingClock : TimeProvider
    {
        long _milliseconds;

        public override long TimestampFrequency => 1_000;

        public override long GetTimestamp() => _milliseconds += 2;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => new StoppedTimer();

        sealed class StoppedTimer : ITimer
        {
            public bool Change(TimeSpan dueTime, TimeSpan period) => true;

            public void Dispose()
            {
            }

            public ValueTask DisposeAsync() => ValueTask.CompletedTask;
        }
    }
}
