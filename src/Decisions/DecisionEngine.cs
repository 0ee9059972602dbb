using System.Buffers;
using EdgeRuntime.Decisions.Plans;
using EdgeRuntime.Facts;
using EdgeRuntime.Facts.Canonical;
using EdgeRuntime.Gateway;
using EdgeRuntime.Journal;

namespace EdgeRuntime.Decisions;

/// <summary>
/// The engine: the journal's batches in, in order; facts out. It knows no clock, no configuration and no disk: activations in the journal say
/// what decides, the archive gives it by digest. Single-threaded; its owner appends what it says, one batch per input.
/// </summary>
public sealed class DecisionEngine(IPlanArchive archive, ArmLoader arms) : IDisposable
{
    /// <summary>The layout of <see cref="Save"/>; a state of another layout is refused.</summary>
    const byte StateLayout = 2;

    // Sorted, so that two assets completed by one input always speak in the same order.
    readonly SortedDictionary<string, AssetLine> _lines = new(StringComparer.Ordinal);
    readonly List<Qualification> _qualified = [];

    /// <summary>Takes the next batch of the journal and gives what it made the engine say; batches of the engine itself give nothing.</summary>
    /// <exception cref="PlanBrokenException">
    /// The batch activates a plan that cannot be had; the first such is told. The activation is not taken and its asset goes on as before; all others
    /// of the batch are taken.
    /// </exception>
    public IReadOnlyList<Fact> Take(StoredBatch input, IModelCalls calls) => Take(input, calls, null);

    /// <summary>The same.</summary>
    /// <param name="ahead">Gives digests that may be asked for; asked after the models were, once for each vector. What they are changes the time it takes, nothing else.</param>
    /// <exception cref="PlanBrokenException">As above.</exception>
    public IReadOnlyList<Fact> Take(StoredBatch input, IModelCalls calls, Func<DigestsAhead?>? ahead)
    {
        switch (input.Batch.Origin)
        {
            case Origins.Engine or Origins.Shadow or Origins.Gaps or Origins.Backfill:
                return [];
            case Origins.Service:
                return Begin(input.Batch.Facts) is { } broken ? throw broken : [];
            default:
                var said = new List<Fact>();
                foreach (AssetLine line in _lines.Values)
                    line.Take(input, calls, ahead, said);
                Remember(said);
                return said;
        }
    }

    /// <summary>The newest moment that was ever decided about, by event time; null before the first decision.</summary>
    public EventTime? NewestMoment { get; private set; }

    /// <summary>
    /// The newest measurement of each model that was ever put in force, in the order in which the journal says them. Nothing is decided by it; a replay that
    /// begins with this engine holds the decisions to it.
    /// </summary>
    public IReadOnlyList<Qualification> Qualified => _qualified;

    /// <summary>Samples that windows hold: what a state mostly consists of, at some 15 bytes each.</summary>
    public long HeldSamples
    {
        get
        {
            long held = 0;
            foreach (AssetLine line in _lines.Values)
                held += line.HeldSamples;
            return held;
        }
    }

    /// <summary>
    /// Writes everything that what the engine says next depends on, between two inputs: windows, clocks, breakers, debouncing, and which plans are in force.
    /// An engine that is <see cref="Restore"/>d from it goes on as this one does, to the last bit.
    /// </summary>
    public void Save(ArrayBufferWriter<byte> to)
    {
        var writer = new CanonicalWriter(to);
        writer.Byte(StateLayout);
        writer.Optional64(NewestMoment?.UnixNanoseconds);
        writer.Count(_lines.Count);
        foreach (AssetLine line in _lines.Values)
            writer.Bytes(FactCodec.Encode(line.Activation));
        writer.Count(_qualified.Count);
        foreach (Qualification found in _qualified)
            writer.Bytes(FactCodec.Encode(found));
        foreach (AssetLine line in _lines.Values)
            line.Save(writer);
    }

    /// <summary>What was in force when the state was saved, one for each asset, and <see cref="Qualified"/>; nothing is loaded.</summary>
    /// <exception cref="FactFormatException">The bytes are not a state of this layout.</exception>
    public static (IReadOnlyList<Activation> Active, IReadOnlyList<Qualification> Qualified) InForceIn(ReadOnlySpan<byte> state)
    {
        var reader = new CanonicalReader(state);
        Activation[] active = Head(ref reader, out _, out Qualification[] qualified);
        return (active, qualified);
    }

    /// <summary>The engine that wrote the state; its plans are had from the archive again.</summary>
    /// <exception cref="FactFormatException">The bytes are not a state of this layout.</exception>
    /// <exception cref="PlanBrokenException">A plan that was in force cannot be had any more.</exception>
    public static DecisionEngine Restore(ReadOnlySpan<byte> state, IPlanArchive archive, ArmLoader arms)
    {
        var engine = new DecisionEngine(archive, arms);
        try
        {
            var reader = new CanonicalReader(state);
            Activation[] active = Head(ref reader, out EventTime? newest, out Qualification[] qualified);
            engine.NewestMoment = newest;
            engine._qualified.AddRange(qualified);
            foreach (Activation activation in active)
            {
                AssetLine line = AssetLine.Restore(activation, ref reader, archive, arms);
                if (!engine._lines.TryAdd(line.Asset, line))
                {
                    line.Dispose();
                    throw reader.Wrong($"asset '{line.Asset}' stands twice");
                }
            }

            return reader.AtEnd ? engine : throw reader.Wrong("bytes follow the end of the state");
        }
        catch
        {
            engine.Dispose();
            throw;
        }
    }

    /// <summary>The arms that answer in shadow for an asset.</summary>
    public IReadOnlyList<ServingArm> ShadowsOf(string asset) => _lines.TryGetValue(asset, out AssetLine? line) ? line.Shadows : [];

    /// <summary>The frame of the input that an output batch answers to; 0 when the batch is not the engine's.</summary>
    public static long CauseOf(FactBatch output)
    {
        if (output.Origin != Origins.Engine)
            return 0;
        foreach (Fact fact in output.Facts)
        {
            switch (fact)
            {
                case Validated validated: return validated.Input.Frame;
                case FeatureVector vector: return vector.Cause.Frame;
                case FeatureStage stage: return stage.Cause.Frame;
                case Correction correction: return correction.Cause.Frame;
                case ClockOffset offset: return offset.Cause.Frame;
                default: continue;
            }
        }

        return 0;
    }

    public void Dispose()
    {
        foreach (AssetLine line in _lines.Values)
            line.Dispose();
    }

    static Activation[] Head(ref CanonicalReader from, out EventTime? newest, out Qualification[] qualified)
    {
        byte layout = from.Byte();
        if (layout != StateLayout)
            throw from.Wrong($"state layout {layout} is not known to this version");
        newest = from.Optional64() is { } moment ? new EventTime(moment) : null;
        var active = new Activation[from.Count()];
        for (int i = 0; i < active.Length; i++)
            active[i] = FactCodec.Decode(from.Bytes()) as Activation ?? throw from.Wrong("a state begins with activations");
        qualified = new Qualification[from.Count()];
        for (int i = 0; i < qualified.Length; i++)
            qualified[i] = FactCodec.Decode(from.Bytes()) as Qualification ?? throw from.Wrong("behind the activations of a state stand qualifications");
        return active;
    }

    void Remember(List<Fact> said)
    {
        foreach (Fact fact in said)
        {
            if (fact is Decision decision && (NewestMoment is not { } newest || decision.At > newest))
                NewestMoment = decision.At;
        }
    }

    PlanBrokenException? Begin(IReadOnlyList<Fact> facts)
    {
        PlanBrokenException? first = null;
        foreach (Fact fact in facts)
        {
            try
            {
                if (fact is Activation activation)
                    Begin(activation);
                else if (fact is Qualification found)
                    Begin(found);
            }
            catch (PlanBrokenException e)
            {
                first ??= e;
            }
        }

        return first;
    }

    void Begin(Activation activation)
    {
        AssetLine? before = _lines.GetValueOrDefault(activation.Asset);
        if (activation.IsEnd)
        {
            _lines.Remove(activation.Asset);
            before?.Dispose();
        }
        else if (activation.Role == ArmRole.Shadow)
            before?.AddShadow(activation.Serving, archive, arms);
        else
            _lines[activation.Asset] = AssetLine.Begin(activation, archive, arms, before);
    }

    void Begin(Qualification found)
    {
        _qualified.RemoveAll(q => q.Asset == found.Asset && q.Serving == found.Serving && q.Model == found.Model);
        _qualified.Add(found);
    }
}
