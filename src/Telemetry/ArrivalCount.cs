using EdgeRuntime.Facts;

namespace EdgeRuntime.Telemetry;

/// <summary>What one arrival adds to "received = stored + accounted". A redelivery adds all it holds to received and to accounted.</summary>
/// <param name="Stored">Values that were taken.</param>
/// <param name="Refused">Values that were not, by the batch's refusals.</param>
public readonly record struct ArrivalCount(int Stored, int Refused)
{
    public int Received => Stored + Refused;

    public static ArrivalCount Of(FactBatch batch) => new(batch.Samples.Count, batch.Facts.OfType<Refusal>().Sum(r => r.Values));
}
