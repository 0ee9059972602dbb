using System.Buffers;
using System.Text.Json;
using EdgeRuntime.FirmwareSim.Faults;
using EdgeRuntime.FirmwareSim.Wire;

namespace EdgeRuntime.FirmwareSim.PumpSkid;

/// <summary>One JSON object per scan on the telemetry topic; the truth, retained, beside it.</summary>
sealed class BrokerListener(IPlantWire wire, PlantTopics topics, int qos) : IPlantListener
{
    public ValueTask ScanAsync(Scan scan, CancellationToken stop) =>
        wire.PublishAsync(new WireMessage(topics.Telemetry(scan.Asset), ScanJson(scan), qos), stop);

    /// <summary>Truth goes at QoS 1 whatever the telemetry does: a test that trusts it must not lose it.</summary>
    public ValueTask TruthAsync(string asset, DateTime start, TruthChange? change, CancellationToken stop) =>
        wire.PublishAsync(new WireMessage(topics.Truth(asset), TruthJson(start, change), 1, Retain: true), stop);

    public static byte[] ScanJson(Scan scan) => Write(json =>
    {
        json.WriteString("t", PlantTime.Format(scan.Time));
        json.WriteNumber("seq", scan.Seq);
        for (int i = 0; i < scan.Texts.Count; i++)
        {
            if (scan.Texts[i] is not { } text)
                continue;
            json.WritePropertyName(SkidSignals.Names[i]);
            if (SkidSignals.IsText(i))
                json.WriteStringValue(text);
            else
                json.WriteRawValue(text);
        }
    });

    public static byte[] TruthJson(DateTime start, TruthChange? change) => Write(json =>
    {
        json.WriteString("t", PlantTime.Format(start + (change?.At ?? TimeSpan.Zero)));
        json.WriteString("fault", change is null ? "none" : FaultNames.Of(change.Fault.Kind));
        if (change is not null)
            json.WriteString("class", FaultNames.Of(FaultNames.ClassOf(change.Fault.Kind)));
        if (change?.Fault.Signal is { } signal)
            json.WriteString("signal", signal);
        json.WriteBoolean("active", change?.Active ?? false);
        json.WriteNumber("severity", change?.Fault.Severity ?? 0);
        json.WriteString("since", PlantTime.Format(start + (change?.Since ?? TimeSpan.Zero)));
    });

    static byte[] Write(Action<Utf8JsonWriter> body)
    {
        var buffer = new ArrayBufferWriter<byte>(384);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            body(json);
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }
}
