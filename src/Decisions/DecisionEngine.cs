using EdgeRuntime.Decisions.Plans;
using EdgeRuntime.Facts;
using EdgeRuntime.Gateway;
using EdgeRuntime.Journal;

namespace EdgeRuntime.Decisions;

/// <summary>
/// The engine: the journal's batches in, in order; facts out. It knows no clock, no configuration and no disk: activations in the journal say
/// what decides, the archive gives it by digest. Single-threaded; its owner appends what it says, one batch per input.
/// </summary>
public sealed class DecisionEngine(IPlanArchive archive, ArmLoader arms) : IDisposable
{
    // Sorted, so that two assets completed by one input always speak in the same order.
    readonly SortedDictionary<string, AssetLine> _lines = new(StringComparer.Ordinal);

    /// <summary>Takes the next batch of the journal and gives what it made the engine say; batches of the engine itself give nothing.</summary>
    /// <exception cref="PlanBrokenException">
    /// The batch activates a plan that cannot be had; the first such is told. The activation is not taken and its asset goes on as before; all others
    /// of the batch are taken.
    /// </exception>
    public IReadOnlyList<Fact> Take(StoredBatch input, IModelCalls calls)
    {
        switch (input.Batch.Origin)
        {
            case Origins.Engine or Origins.Shadow or Origins.Backfill:
                return [];
            case Origins.Service:
                return Begin(input.Batch.Facts) is { } broken ? throw broken : [];
            default:
                var said = new List<Fact>();
                foreach (AssetLine line in _lines.Values)
                    line.Take(input, calls, said);
                return said;
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

    PlanBrokenException? Begin(IReadOnlyList<Fact> facts)
    {
        PlanBrokenException? first = null;
        foreach (Activation activation in facts.OfType<Activation>())
        {
            try
            {
                Begin(activation);
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
        if (activation.Role == ArmRole.Shadow)
            before?.AddShadow(activation.Serving, archive, arms);
        else
            _lines[activation.Asset] = AssetLine.Begin(activation, archive, arms, before);
    }
}
