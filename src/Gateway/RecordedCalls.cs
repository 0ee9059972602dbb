using EdgeRuntime.Facts;

namespace EdgeRuntime.Gateway;

/// <summary>
/// Calls as they were: outcome and latency come from the recorded predictions of the vector's cause; the answer is computed again
/// (replay) or taken as recorded (rebuilding state after a restart).
/// </summary>
/// <param name="again">Computes the answer again; null takes the recorded one.</param>
public sealed class RecordedCalls(IModelCalls? again) : IModelCalls
{
    readonly Dictionary<(string Asset, EventTime At, ArmRole Role, Digest Model), Prediction> _recorded = [];

    /// <summary>How many calls rested on something that cannot be computed again: a time-out, a crash.</summary>
    public long TakenAsGiven { get; private set; }

    /// <summary>Sets the recorded output of the next input; empty when the input made no output.</summary>
    public void Expect(IReadOnlyList<Fact> recorded)
    {
        _recorded.Clear();
        foreach (Fact fact in recorded)
        {
            if (fact is Prediction prediction)
                _recorded[(prediction.Asset, prediction.At, prediction.Role, prediction.Model)] = prediction;
        }
    }

    public ArmCall Call(ServingArm arm, FeatureVector vector)
    {
        if (!_recorded.TryGetValue((vector.Asset, vector.At, arm.Role, arm.Model), out Prediction? then))
        {
            // The call was not made then. Computing it shows the difference where it matters: in the decision.
            return again?.Call(arm, vector) is { } extra
                ? extra with { Latency = 0 }
                : new ArmCall(CallOutcome.Failed, 0, [], "The journal holds no such call.");
        }

        if (then.Outcome is CallOutcome.Failed)
        {
            TakenAsGiven++;
            return new ArmCall(then.Outcome, then.Latency, then.Outputs, then.Detail);
        }

        if (again is null)
            return new ArmCall(then.Outcome, then.Latency, then.Outputs, then.Detail);
        ArmCall now = again.Call(arm, vector);
        if (then.Outcome is not CallOutcome.TooSlow)
        {
            // How long it takes today does not count, so a late answer is an answer; one that was stopped without an answer is none.
            bool late = now.Outcome is CallOutcome.TooSlow && now.Outputs.Count > 0;
            return now with { Latency = then.Latency, Outcome = late ? CallOutcome.Answered : now.Outcome, Detail = late ? then.Detail : now.Detail };
        }

        TakenAsGiven++;
        return new ArmCall(CallOutcome.TooSlow, then.Latency, then.Outputs.Count == 0 ? then.Outputs : now.Outputs, then.Detail);
    }
}
