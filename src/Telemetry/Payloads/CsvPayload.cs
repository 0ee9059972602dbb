using EdgeRuntime.Telemetry.Csv;

namespace EdgeRuntime.Telemetry.Payloads;

/// <summary>Lines of cells without a header; each line is one reading.</summary>
sealed class CsvPayload(CsvRow row, bool hasOwnTime) : PayloadReader
{
    internal override bool HasOwnTime => hasOwnTime;

    internal override void Read(ReadOnlySpan<byte> payload, Arrival into)
    {
        foreach (Range line in payload.Split((byte)'\n'))
        {
            ReadOnlySpan<byte> cells = payload[line].TrimEnd((byte)'\r');
            if (cells.Length > 0)
                row.Read(cells, into);
        }

        if (into.Values > TelemetryLimits.ValuesMax)
            into.RefuseAll(RefusalRules.TooManyValues, $"the message holds {into.Values} values; at most {TelemetryLimits.ValuesMax} are taken from one.");
        else if (into.Values == 0)
            into.Refuse(RefusalRules.EmptyPayload, "the payload holds no value.");
    }
}
