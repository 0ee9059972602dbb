namespace EdgeRuntime.Telemetry;

/// <summary>What nobody may exceed, so that one bad sender cannot take the memory of the others.</summary>
static class TelemetryLimits
{
    /// <summary>Bytes of one payload unless the source says otherwise: 2,000 values of some 100 bytes.</summary>
    internal const int PayloadBytesMax = 256 * 1024;

    /// <summary>Levels of a JSON payload; telemetry has two or three.</summary>
    internal const int JsonDepthMax = 16;

    /// <summary>Values of one message: more is a bulk file, not telemetry.</summary>
    internal const int ValuesMax = 10_000;

    /// <summary>Topics that are remembered with their tags; a sender that makes up topics starts it over.</summary>
    internal const int TopicsMax = 10_000;

    /// <summary>Fields that are remembered per topic; a sender that makes up names starts it over.</summary>
    internal const int FieldsMax = 5_000;

    /// <summary>Arrivals that may wait for the disk. QoS 0 beyond this is refused and counted; QoS 1 and 2 are held back by the broker.</summary>
    internal const int OutstandingMax = 20_000;

    /// <summary>One line of a CSV file.</summary>
    internal const int RowBytesMax = 1024 * 1024;
}
