using EdgeRuntime.Decisions.Plans;
using EdgeRuntime.Facts;
using EdgeRuntime.Gateway;
using EdgeRuntime.Journal;

namespace EdgeRuntime.Decisions.States;

/// <summary>Where an engine begins: behind the newest state that may be used, or at the first frame.</summary>
/// <param name="Engine">Its owner disposes it.</param>
/// <param name="State">Null: the first frame.</param>
public sealed record EngineStart(DecisionEngine Engine, StateHeader? State)
{
    /// <summary>How far behind its frame a state's fact is looked for. It is written when the file is durable, some milliseconds later; a state whose fact lies further off is passed over.</summary>
    const int NamedWithinFrames = 50_000;

    /// <summary>The newest frame whose input the engine holds already; 0: none.</summary>
    public long AfterFrame => State?.AfterFrame ?? 0;

    /// <param name="states">Null where none are kept.</param>
    /// <param name="journal">All readable batches from a frame on.</param>
    /// <param name="wanted">Which states will do.</param>
    /// <param name="told">Is told each state that is passed over.</param>
    public static EngineStart Find(
        EngineStates? states, Func<long, IEnumerable<StoredBatch>> journal, IPlanArchive archive, ArmLoader arms, Func<StateHeader, bool> wanted, Action<StateTrouble> told)
    {
        foreach (StateHeader state in states?.List(told) ?? [])
        {
            if (wanted(state) && IsNamed(state, journal, told) && Open(states!, state, archive, arms, told) is { } engine)
                return new EngineStart(engine, state);
        }

        return new EngineStart(new DecisionEngine(archive, arms), null);
    }

    /// <summary>Null: it cannot be used, and <paramref name="told"/> was told why.</summary>
    public static DecisionEngine? Open(EngineStates states, StateHeader state, IPlanArchive archive, ArmLoader arms, Action<StateTrouble> told)
    {
        try
        {
            return DecisionEngine.Restore(states.Open(state), archive, arms);
        }
        catch (StateRefusedException e)
        {
            told(new StateTrouble(state.Digest, e.Message, IsDamage: true));
        }
        catch (Exception e) when (e is FactFormatException or PlanBrokenException)
        {
            told(new StateTrouble(state.Digest, $"The engine state {state.Digest.Short} after frame {state.AfterFrame} is not used: {e.Message}", IsDamage: true));
        }

        return null;
    }

    /// <summary>Only what the journal's chain names may be believed: a file alone could be anybody's.</summary>
    static bool IsNamed(StateHeader state, Func<long, IEnumerable<StoredBatch>> journal, Action<StateTrouble> told)
    {
        foreach (StoredBatch stored in journal(state.AfterFrame + 1))
        {
            if (stored.Frame > state.AfterFrame + NamedWithinFrames)
                break;
            if (stored.Batch.Origin != Origins.Service)
                continue;
            foreach (Fact fact in stored.Batch.Facts)
            {
                if (fact is EngineState named && named.Digest == state.Digest && named.AfterFrame == state.AfterFrame)
                    return true;
            }
        }

        told(new StateTrouble(state.Digest, $"The engine state {state.Digest.Short} after frame {state.AfterFrame} is named by no fact of this journal and is not used.", IsDamage: false));
        return false;
    }
}
