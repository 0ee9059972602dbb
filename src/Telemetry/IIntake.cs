using EdgeRuntime.Facts;

namespace EdgeRuntime.Telemetry;

/// <summary>Where sources bring what they received.</summary>
public interface IIntake
{
    /// <summary>
    /// Takes one arrival: all samples and refusals that one message brought. Completes when they are durable, or when the arrival is
    /// known to be a redelivery of one that is. Only then may the source acknowledge. Calls keep their order.
    /// </summary>
    /// <param name="batch">One message's worth; <see cref="FactBatch.Key"/> names the message, empty when it has no name.</param>
    /// <param name="marked">The transport itself says that this is a redelivery (MQTT's DUP flag).</param>
    Task TakeAsync(FactBatch batch, bool marked);
}
