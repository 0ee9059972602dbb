using EdgeRuntime.Decisions;
using EdgeRuntime.Decisions.Plans;
using EdgeRuntime.Decisions.States;
using EdgeRuntime.Facts;
using EdgeRuntime.Gateway;
using EdgeRuntime.Journal;

namespace EdgeRuntime.Service.Runtime;

/// <summary>Where a session begins: the newest state that can be used, and what the journal says behind it. Without one, the first frame.</summary>
/// <param name="Engine">Its owner disposes it.</param>
/// <param name="AfterFrame">The newest frame that the engine holds already.</param>
/// <param name="Survey">Of the whole journal.</param>
/// <param name="SurveyOfEngine">Of the frames that the engine holds.</param>
/// <param name="Troubles">The states that were passed over.</param>
sealed record SessionBeginning(
    DecisionEngine Engine, EngineStates States, long AfterFrame, JournalSurvey Survey, JournalSurvey SurveyOfEngine, IReadOnlyList<StateTrouble> Troubles)
{
    public static SessionBeginning Of(IJournal journal, EngineStates states, IPlanArchive archive, ArmLoader arms)
    {
        var troubles = new List<StateTrouble>();
        byte[] bytes = [];
        long last = journal.LastFrame;
        EngineStart start = EngineStart.Find(
            states, journal.Read, archive, arms, state => state.AfterFrame <= last && TryOpenSurvey(states, state, troubles, out bytes), troubles.Add);
        try
        {
            JournalSurvey ofEngine = start.State is null ? new JournalSurvey() : JournalSurvey.Restore(bytes);
            JournalSurvey survey = JournalSurvey.Of(journal, start.State is null ? null : JournalSurvey.Restore(bytes), start.AfterFrame);
            if (survey.NewestState is { } named && named.AfterFrame > start.AfterFrame && named.Build == states.Build && !troubles.Exists(t => t.State == named.Digest))
            {
                string sentence = $"The engine state {named.Digest.Short} after frame {named.AfterFrame} is not in the data folder any more; the engine begins with frame {start.AfterFrame + 1}.";
                troubles.Add(new StateTrouble(named.Digest, sentence, IsDamage: true));
            }

            return new SessionBeginning(start.Engine, states, start.AfterFrame, survey, ofEngine, troubles);
        }
        catch
        {
            start.Engine.Dispose();
            throw;
        }
    }

    static bool TryOpenSurvey(EngineStates states, StateHeader state, List<StateTrouble> troubles, out byte[] bytes)
    {
        bytes = [];
        try
        {
            if (state.Survey.IsNone)
                return false;
            bytes = states.OpenSurvey(state);
            JournalSurvey.Restore(bytes);
            return true;
        }
        catch (StateRefusedException e)
        {
            troubles.Add(new StateTrouble(state.Digest, e.Message, IsDamage: true));
        }
        catch (FactFormatException e)
        {
            troubles.Add(new StateTrouble(state.Digest, $"What belongs to the engine state {state.Digest.Short} is damaged or of another layout, and the state is not used: {e.Message}", IsDamage: true));
        }

        return false;
    }
}
