using System.Text.Json;

namespace EdgeRuntime.Telemetry.Payloads;

/// <summary>What exactly is wrong with a payload that is no JSON.</summary>
static class JsonFault
{
    internal static (string Rule, string What) Of(ReadOnlySpan<byte> payload)
    {
        // Not the last block: what is merely cut off is then no error.
        var reader = new Utf8JsonReader(payload, isFinalBlock: false, new JsonReaderState(new JsonReaderOptions { MaxDepth = 1000 }));
        try
        {
            while (reader.Read())
            {
                if (reader.CurrentDepth > TelemetryLimits.JsonDepthMax)
                    return (RefusalRules.TooDeep, $"the payload is nested deeper than {TelemetryLimits.JsonDepthMax} levels.");
            }

            if (IsWhole(payload))
                return (RefusalRules.NotJson, "a text in the payload is not Unicode; look at what the sender wrote.");
            return (RefusalRules.TruncatedJson, $"the JSON stops in the middle after {payload.Length} bytes; look for a sender that cuts its messages.");
        }
        catch (JsonException e)
        {
            return (RefusalRules.NotJson, FormattableString.Invariant(
                $"the payload is not JSON (line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1}); look at what the sender wrote."));
        }
    }

    static bool IsWhole(ReadOnlySpan<byte> payload)
    {
        var reader = new Utf8JsonReader(payload, new JsonReaderOptions { MaxDepth = 1000 });
        try
        {
            while (reader.Read())
            {
            }

            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
