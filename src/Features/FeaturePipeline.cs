using System.Diagnostics.CodeAnalysis;
using EdgeRuntime.Facts;
using EdgeRuntime.Facts.Canonical;
using EdgeRuntime.Features.Corrections;
using EdgeRuntime.Features.Definition;
using EdgeRuntime.Features.Operators;
using EdgeRuntime.Features.Time;
using EdgeRuntime.Features.Validation;
using EdgeRuntime.Features.Windows;
using EdgeRuntime.Journal;
using EdgeRuntime.Settings.Site;

namespace EdgeRuntime.Features;

/// <summary>
/// Turns the journal's inputs into the feature vectors of one asset. What comes out is a function of the batches in their order and of nothing else: no clock,
/// no chance, no thread. So live, backfill, replay and training sets are the same object fed from different ends, and after a restart it is brought back by
/// feeding the same batches again. One thread at a time.
/// </summary>
public sealed class FeaturePipeline
{
    const long None = long.MaxValue;
    const long Unknown = long.MinValue;

    readonly FeaturePipelineDefinition _definition;
    readonly string _asset;
    readonly Dictionary<string, int> _signalOf = new(StringComparer.Ordinal);
    readonly Watermark _watermark;
    readonly VectorMoments _moments;
    readonly VectorsOut _out;
    readonly List<ClockOffset> _offsets = [];

    /// <summary>How far each signal's features look back, by its place in the definition.</summary>
    readonly long[] _reach;

    /// <summary>How far behind its source's newest time a late sample is of use, before the source's lateness is added.</summary>
    readonly long _useful;

    SignalHistory[] _histories;
    SignalCheck[] _checks;
    FeatureProgram _program;

    /// <summary>Event time of the earliest sample of all after the last vector; <see cref="None"/> when there is none, <see cref="Unknown"/> when it must be looked for.</summary>
    long _earliestOpen;

    /// <summary>One byte per sample of the batch at hand: the number of its fault, 0 for none.</summary>
    byte[] _faults = [];
    int _faultCount;

    /// <summary>The tag that stood at each place of the last batches, and its signal: a look at an address instead of a look-up by name.</summary>
    (string? Tag, int Signal)[] _tagAt = [];
    Sample[] _samples = [];
    long _overLimitBefore;

    /// <exception cref="ArgumentException">Two signals of the asset are the same tag; <see cref="FeaturePipelineDefinition.Check"/> says so in a sentence.</exception>
    public FeaturePipeline(FeaturePipelineDefinition definition, AssetDefinition asset)
    {
        _definition = definition;
        _asset = asset.Id;
        for (int i = 0; i < definition.Inputs.Count; i++)
            _signalOf.Add(asset.TagOf(definition.Inputs[i].Signal), i);
        _watermark = new Watermark(definition);
        _moments = new VectorMoments(definition.Every?.Nanoseconds() ?? 0);
        long within = definition.CorrectWithin.Nanoseconds();
        _out = new VectorsOut(within, definition.Columns.Count + definition.Order.Count(f => f.Operator == FeatureOperator.Ewma));
        _reach = [.. definition.Inputs.Select(input => FeatureProgram.Reach(definition, input.Signal))];
        _useful = _reach.Max() + within;
        Begin();
    }

    /// <summary>
    /// Samples that windows had to let go too early, because a signal brought more of them than is kept (262,144). Not 0: the windows are too long for the
    /// rate of this signal, and their features rest on their newest part.
    /// </summary>
    public long SamplesOverLimit => _overLimitBefore + OverLimit();

    /// <summary>Samples that windows hold now.</summary>
    public long HeldSamples
    {
        get
        {
            long held = 0;
            foreach (SignalHistory history in _histories)
                held += history.Count;
            return held;
        }
    }

    /// <summary>
    /// Takes the next batch of the journal. Adds to <paramref name="output"/> at most one <see cref="Validated"/> (only when it found something in a sample of
    /// this asset), the <see cref="ClockOffset"/>s that became known, a <see cref="Correction"/> for each vector of the near past that a late sample would have
    /// made another, then the <see cref="FeatureVector"/>s that the batch completed, in time order, each after its <see cref="FeatureStage"/>s where the
    /// pipeline asks for them. Batches that are neither arrivals nor ticks change nothing.
    /// </summary>
    public void Take(StoredBatch input, ICollection<Fact> output)
    {
        FactBatch batch = input.Batch;
        if (batch.Origin == Origins.Clock)
        {
            foreach (Fact fact in batch.Facts)
            {
                if (fact is Tick tick)
                    _watermark.Tick(tick.At.UnixNanoseconds);
            }
        }
        else if (batch.Samples.Count == 0 || Origins.IsReserved(batch.Origin))
        {
            return;
        }
        else
        {
            TakeSamples(input, output);
        }

        AddDueVectors(input, output);
    }

    /// <summary>
    /// Writes everything that what comes out next depends on, between two batches. A pipeline of the same definition and asset that is
    /// <see cref="Restore"/>d from it goes on as this one does, to the last bit.
    /// </summary>
    public void Save(CanonicalWriter to)
    {
        to.Signed(_overLimitBefore);
        _watermark.Save(to);
        _moments.Save(to);
        _out.Save(to);
        foreach (SignalHistory history in _histories)
            history.Save(to);
        foreach (SignalCheck check in _checks)
            check.Save(to);
        _program.Save(to);
    }

    /// <summary>Reads what <see cref="Save"/> wrote, into a pipeline that has taken nothing yet.</summary>
    /// <exception cref="FactFormatException">The bytes are not such a state; this pipeline is of no use then.</exception>
    public void Restore(ref CanonicalReader from)
    {
        _overLimitBefore = from.Signed();
        _watermark.Restore(ref from);
        _moments.Restore(ref from);
        _out.Restore(ref from);
        foreach (SignalHistory history in _histories)
            history.Restore(ref from);
        foreach (SignalCheck check in _checks)
            check.Restore(ref from);
        _program.Restore(ref from);
        _earliestOpen = Unknown;
    }

    [MemberNotNull(nameof(_histories), nameof(_checks), nameof(_program))]
    void Begin()
    {
        _histories = [.. _definition.Inputs.Select(input => new SignalHistory(FeatureProgram.Reach(_definition, input.Signal) + _definition.CorrectWithin.Nanoseconds()))];
        _checks = [.. _definition.Inputs.Select(input => new SignalCheck(input))];
        _program = new FeatureProgram(_definition, _histories);
        _earliestOpen = None;
    }

    void TakeSamples(StoredBatch input, ICollection<Fact> output)
    {
        FactBatch batch = input.Batch;
        SourceClock? source = null;
        long boxTime = 0;
        long newestBefore = long.MinValue;
        var late = new LateRange();
        if (_faults.Length < batch.Samples.Count)
        {
            _faults = new byte[batch.Samples.Count];
            _tagAt = new (string?, int)[batch.Samples.Count];
        }

        ReadOnlySpan<Sample> samples = SideBySide(batch.Samples);
        for (int i = 0; i < samples.Length; i++)
        {
            ref readonly Sample sample = ref samples[i];
            int signal = SignalAt(i, sample.Tag);
            if (signal < 0)
                continue;
            if (source is null)
            {
                boxTime = _watermark.BoxTime(batch.Ingest.UnixNanoseconds);
                source = _watermark.Source(batch.Origin);
                newestBefore = source.HasTime ? source.Newest : long.MinValue;
            }

            long at = sample.Event.UnixNanoseconds;
            // The usual sample needs no look at all sources.
            if (!source.GoesOn(signal, at) && !IsBelieved(input, ref source, ref newestBefore, signal, at, boxTime, i))
                continue;
            source.Step.Forget();
            _watermark.Hear(source, signal, at, boxTime);
            TakeSample(sample, signal, input.Frame, i, ref late);
        }

        if (_faultCount > 0)
            output.Add(new Validated(_asset, input.Position, _definition.Identity, TakeFaults(batch.Samples.Count)));
        if (source is { HasTime: true } && source.Newest > newestBefore)
            ObserveOffset(input, source);
        foreach (ClockOffset offset in _offsets)
            output.Add(offset);
        _offsets.Clear();
        if (!late.IsEmpty)
            Correct(input, late, output);
    }

    /// <summary>Judges the time of a sample that does not simply go on; false: it was marked, and is not taken.</summary>
    bool IsBelieved(StoredBatch input, ref SourceClock source, ref long newestBefore, int signal, long at, long boxTime, int index)
    {
        ClockVerdict verdict = ClockJudgement.Of(at, input.Batch.Ingest.UnixNanoseconds, source, signal, _watermark.Newest, _useful);
        switch (verdict)
        {
            case ClockVerdict.Refused:
                Mark(index, SampleFault.Implausible);
                return false;
            case ClockVerdict.SetBack:
                source = BeginAgain(input.Batch.Origin);
                newestBefore = long.MinValue;
                return true;
            case ClockVerdict.JumpedAhead or ClockVerdict.JumpedBack when !source.Step.Holds(at, verdict == ClockVerdict.JumpedAhead, boxTime):
                Mark(index, SampleFault.ClockJump);
                return false;
            case ClockVerdict.JumpedAhead or ClockVerdict.JumpedBack:
                source = AcceptStep(input, source, signal, at);
                newestBefore = source.HasTime ? newestBefore : long.MinValue;
                return true;
            default:
                return true;
        }
    }

    /// <summary>What was decoded is an array; what a source made may be another list.</summary>
    ReadOnlySpan<Sample> SideBySide(IReadOnlyList<Sample> samples)
    {
        if (samples is Sample[] array)
            return array;
        if (_samples.Length < samples.Count)
            _samples = new Sample[samples.Count];
        for (int i = 0; i < samples.Count; i++)
            _samples[i] = samples[i];
        return _samples.AsSpan(0, samples.Count);
    }

    /// <summary>The signal of a tag; -1 for none. A source names its tags in the same order in every message.</summary>
    int SignalAt(int index, string tag)
    {
        ref (string? Tag, int Signal) known = ref _tagAt[index];
        if (!ReferenceEquals(known.Tag, tag))
            known = (tag, _signalOf.TryGetValue(tag, out int signal) ? signal : -1);
        return known.Signal;
    }

    void TakeSample(in Sample sample, int signal, long frame, int index, ref LateRange late)
    {
        long at = sample.Event.UnixNanoseconds;
        bool takes = _checks[signal].Takes(sample, out double number, out SampleFault fault);
        bool isLate = _moments.IsOut(at);
        SignalHistory history = _histories[signal];
        if (takes && !isLate && history.TryAppend(at, number, true, frame, index))
        {
            BeOpen(history, at);
            return;
        }

        if (!takes)
            Mark(index, fault);
        else if (isLate)
            Mark(index, SampleFault.Late);
        bool taken = _faults[index] is 0 or (byte)SampleFault.Late;
        int superseded = history.Add(new HeldSample(at, number, taken, frame, index));
        BeOpen(history, at);
        if (superseded >= 0 && _faults[superseded] == 0)
            Mark(superseded, SampleFault.Superseded);
        // A value is held until the next one, and a window that reaches back into that time sees it.
        if (_out.IsKept && isLate)
            late.Add(at, history.NextTaken(at) is { } next ? next + _reach[signal] : long.MaxValue);
    }

    void BeOpen(SignalHistory history, long at)
    {
        // At its limit a history lets go what may have been the earliest.
        if (history.Count == FeatureLimits.SamplesMax)
            _earliestOpen = Unknown;
        else if (at < _earliestOpen && !_moments.IsOut(at))
            _earliestOpen = at;
    }

    void ObserveOffset(StoredBatch input, SourceClock source)
    {
        if (!source.Offset.Observe(input.Batch.Ingest.UnixNanoseconds, source.Newest))
            return;
        source.Offset.Recorded(source.Newest);
        _offsets.Add(OffsetOf(input, source, source.Newest, source.Offset.Offset, 0));
    }

    /// <summary>
    /// A step has held: from here on it is the source's time. When it led back and no other source of the asset moves, the asset starts anew, because
    /// everything would be late otherwise until the time before has come again.
    /// </summary>
    SourceClock AcceptStep(StoredBatch input, SourceClock source, int signal, long at)
    {
        long before = source.NewestOf(signal) ?? (source.HasTime ? source.Newest : _watermark.Newest ?? at);
        source.BeginAnew();
        _offsets.Add(OffsetOf(input, source, at, (long)Int128.Clamp((Int128)input.Batch.Ingest.UnixNanoseconds - at, long.MinValue, long.MaxValue), at - before));
        return at < before && _watermark.IsAlone(source) ? BeginAgain(input.Batch.Origin) : source;
    }

    ClockOffset OffsetOf(StoredBatch input, SourceClock source, long at, long offset, long step) =>
        new(_asset, source.Origin, new EventTime(at), input.Position, offset, step == 0 ? source.Offset.Spread : 0, Math.Max(1, source.Offset.Samples), step);

    /// <summary>The clock of the asset's time was set back: everything that rests on the time before is void, and the asset starts anew.</summary>
    SourceClock BeginAgain(string origin)
    {
        _overLimitBefore += OverLimit();
        _watermark.Forget();
        _moments.Forget();
        _out.Forget();
        Begin();
        return _watermark.Source(origin);
    }

    /// <summary>Computes the vectors again that late samples can have changed; those that come out the same are not told.</summary>
    void Correct(StoredBatch input, in LateRange late, ICollection<Fact> output)
    {
        int looked = 0, left = 0;
        Correction? last = null;
        for (int i = _out.FirstFrom(late.From); i < _out.Count && _out[i].At <= late.Until; i++)
        {
            OutVector vector = _out[i];
            if (looked == FeatureLimits.CorrectionsMax || !IsWhole(vector.At))
            {
                left++;
                continue;
            }

            looked++;
            float[] values = _program.Again(vector.At, vector.Levels, out IReadOnlyList<FeatureGap> gaps);
            if (vector.IsSame(values, gaps))
                continue;
            if (last is not null)
                output.Add(last);
            last = new Correction
            {
                Asset = _asset,
                At = new EventTime(vector.At),
                Cause = input.Position,
                Corrects = vector.Cause,
                Pipeline = _definition.Identity,
                Values = values,
                Gaps = gaps,
                Left = 0,
            };
            _out[i] = vector with { Values = values, Gaps = gaps };
        }

        if (last is not null)
            output.Add(last with { Left = left });
    }

    /// <summary>No sample that a window at the moment could see has left too early.</summary>
    bool IsWhole(long moment)
    {
        for (int i = 0; i < _histories.Length; i++)
        {
            if (_histories[i].LostUntil > moment - _reach[i])
                return false;
        }

        return true;
    }

    void AddDueVectors(StoredBatch input, ICollection<Fact> output)
    {
        if (_watermark.Now() is not { } watermark)
            return;
        while (_moments.Due(EarliestOpen(), watermark) is { } moment)
        {
            float[] values = _program.At(moment, out IReadOnlyList<FeatureGap> gaps);
            if (_definition.JournalStages)
                AddStages(input, moment, output);
            output.Add(new FeatureVector
            {
                Asset = _asset,
                At = new EventTime(moment),
                Cause = input.Position,
                Pipeline = _definition.Identity,
                Values = values,
                Gaps = gaps,
                InputAge = _program.InputAge,
            });
            if (_out.IsKept)
                _out.Add(new OutVector(moment, input.Position, values, gaps, _program.Levels()));
            Close(moment);
        }
    }

    void Close(long moment)
    {
        _moments.Close(moment);
        long earliest = None;
        foreach (SignalHistory history in _histories)
            earliest = Math.Min(earliest, history.Close(moment));
        _earliestOpen = earliest;
    }

    void AddStages(StoredBatch input, long moment, ICollection<Fact> output)
    {
        foreach (PipelineStage stage in _definition.Stages)
        {
            if (stage.Name is not (PipelineStage.Base or PipelineStage.Derived))
                continue;
            double[] values = _program.Stage(stage.Name == PipelineStage.Derived, out IReadOnlyList<FeatureGap> gaps);
            output.Add(new FeatureStage
            {
                Asset = _asset,
                At = new EventTime(moment),
                Cause = input.Position,
                Stage = stage.Name,
                Version = stage.Version,
                Values = values,
                Gaps = gaps,
            });
        }
    }

    long? EarliestOpen()
    {
        if (_earliestOpen == Unknown)
        {
            _earliestOpen = None;
            foreach (SignalHistory history in _histories)
                _earliestOpen = Math.Min(_earliestOpen, history.EarliestOpenOrMax);
        }

        return _earliestOpen == None ? null : _earliestOpen;
    }

    void Mark(int index, SampleFault fault)
    {
        _faults[index] = (byte)fault;
        _faultCount++;
    }

    SampleCheck[] TakeFaults(int samples)
    {
        var faults = new SampleCheck[_faultCount];
        int next = 0;
        for (int i = 0; i < samples; i++)
        {
            if (_faults[i] == 0)
                continue;
            faults[next++] = new SampleCheck(i, (SampleFault)_faults[i]);
            _faults[i] = 0;
        }

        _faultCount = 0;
        return faults;
    }

    long OverLimit()
    {
        long sum = 0;
        foreach (SignalHistory history in _histories)
            sum += history.OverLimit;
        return sum;
    }
}
