using System.Threading.Channels;
using EdgeRuntime.Facts;

namespace EdgeRuntime.Gateway;

/// <summary>
/// Asks shadow arms after the answer is out, on a lane of its own with a bounded queue. When it cannot keep up, the newest question is
/// dropped, and that is a recorded outcome like any other.
/// </summary>
/// <param name="record">Takes each shadow prediction; it appends them to the journal.</param>
public sealed class ShadowLane(Action<Prediction> record)
{
    /// <summary>At one vector a second per asset this is four minutes of a shadow that hangs.</summary>
    const int QueueMax = 256;

    readonly Channel<(ServingArm Arm, FeatureVector Vector)> _queue =
        Channel.CreateBounded<(ServingArm, FeatureVector)>(new BoundedChannelOptions(QueueMax) { SingleReader = true });

    /// <summary>Asks in passing: never waits.</summary>
    public void Offer(ServingArm arm, FeatureVector vector)
    {
        if (!_queue.Writer.TryWrite((arm, vector)))
            record(Write(arm, vector, new ArmCall(CallOutcome.Dropped, 0, [], "The shadow could not keep up.")));
    }

    /// <summary>Works until it is stopped; what is still queued then is not asked.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        await foreach ((ServingArm arm, FeatureVector vector) in _queue.Reader.ReadAllAsync(stop))
        {
            // The reader hands out all that is queued before it looks at the token; behind a shadow that hangs that would be a deadline for each.
            stop.ThrowIfCancellationRequested();
            ArmCall call = vector.IsWhole ? arm.Ask(vector) : new ArmCall(CallOutcome.InputIncomplete, 0, [], "");
            record(Write(arm, vector, call));
        }
    }

    static Prediction Write(ServingArm arm, FeatureVector vector, ArmCall call) => new()
    {
        Asset = vector.Asset,
        At = vector.At,
        Cause = vector.Cause,
        Role = ArmRole.Shadow,
        Serving = arm.Serving,
        Model = arm.Model,
        Outcome = call.Outcome,
        Latency = call.Latency,
        Outputs = call.Outputs,
        Detail = call.Detail,
    };
}
