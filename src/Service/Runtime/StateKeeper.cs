using System.Buffers;
using EdgeRuntime.Decisions;
using EdgeRuntime.Decisions.States;
using EdgeRuntime.Facts;
using EdgeRuntime.Journal;

namespace EdgeRuntime.Service.Runtime;

/// <summary>
/// Saves the engine's state now and then, so that neither a restart nor a replay walks from the first frame. It follows the engine frame by frame on the
/// engine's thread; there a state is only put into bytes, and the disk has its turn elsewhere. When is counted in frames and in the journal's own time.
/// </summary>
/// <param name="survey">Of everything up to the frame behind which the engine begins; the keeper goes on with it.</param>
/// <param name="segmentStarts">The first frames of the journal's segments.</param>
sealed partial class StateKeeper(
    EngineStates states, JournalSurvey survey, IJournal journal, Func<IReadOnlyList<long>> segmentStarts, TimeProvider time, ILogger<StateKeeper> log)
{
    /// <summary>By ingest time: what a restart has to walk over at most, in time.</summary>
    public static readonly TimeSpan Every = TimeSpan.FromMinutes(10);

    /// <summary>What a restart has to walk over at most, in frames.</summary>
    public const long FramesMax = 100_000;

    /// <summary>More than this takes the engine's thread some 10 ms to put into bytes; such a state is taken at a stop only.</summary>
    public const long HeldSamplesMax = 500_000;

    long _savedFrame = -1;
    long _savedIngest;
    bool _saidTooLarge;
    Task _writing = Task.CompletedTask;

    /// <summary>Completes when the state that was taken last is on the disk and named.</summary>
    public Task Written => _writing;

    /// <summary>The engine has taken this frame. Called on its thread.</summary>
    public void Took(StoredBatch input, DecisionEngine engine)
    {
        survey.Take(input);
        long ingest = input.Batch.Ingest.UnixNanoseconds;
        if (_savedFrame < 0)
            (_savedFrame, _savedIngest) = (input.Frame - 1, ingest);
        // A clock that was set back must not keep the next state waiting.
        bool due = input.Frame - _savedFrame >= FramesMax || Int128.Abs((Int128)ingest - _savedIngest) >= Every.Ticks * 100;
        if (!due || !_writing.IsCompleted)
            return;
        (_savedFrame, _savedIngest) = (input.Frame, ingest);
        if (engine.HeldSamples <= HeldSamplesMax)
            Begin(input.Frame, engine);
        else if (!_saidTooLarge)
            LogTooLarge(engine.HeldSamples, HeldSamplesMax);
        _saidTooLarge |= engine.HeldSamples > HeldSamplesMax;
    }

    /// <summary>At a stop, when the engine's thread has ended: the state after the last frame it took.</summary>
    public async Task SaveLastAsync(long afterFrame, DecisionEngine engine)
    {
        await _writing.ConfigureAwait(false);
        if (afterFrame == 0)
            return;
        Begin(afterFrame, engine);
        await _writing.ConfigureAwait(false);
    }

    void Begin(long afterFrame, DecisionEngine engine)
    {
        var state = new ArrayBufferWriter<byte>();
        engine.Save(state);
        var start = new ArrayBufferWriter<byte>();
        survey.Save(start);
        EventTime? newest = engine.NewestMoment;
        _writing = Task.Run(() => WriteAsync(afterFrame, newest, state, start));
    }

    async Task WriteAsync(long afterFrame, EventTime? newest, ArrayBufferWriter<byte> state, ArrayBufferWriter<byte> start)
    {
        try
        {
            EngineState fact = states.Write(afterFrame, newest, state.WrittenSpan, start.WrittenSpan);
            await journal.AppendAsync(new FactBatch { Ingest = IngestTime.Now(time), Origin = Origins.Service, Facts = [fact] }).ConfigureAwait(false);
            LogSaved(afterFrame, fact.Bytes, fact.Digest.Short);
            states.Prune(segmentStarts());
        }
        catch (IOException e)
        {
            // Nothing rests on it: the next start walks further. A journal that failed as a whole is its owner's to tell.
            LogNotSaved(afterFrame, e.Message);
        }
    }
}
