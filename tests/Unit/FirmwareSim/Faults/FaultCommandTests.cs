using System.Text;
using EdgeRuntime.FirmwareSim.Faults;
using Xunit;

namespace EdgeRuntime.Tests.Unit.FirmwareSim.Faults;

public sealed class FaultCommandTests
{
    [Fact]
    public void The_documented_orders_are_understood()
    {
        FaultCommand? order = Parse("""{"fault":"cavitation","after":"PT8S","duration":"PT20S","severity":0.7}""", out string refusal);
        Assert.Equal("", refusal);
        Assert.Equal(new ScriptedFault(FaultKind.Cavitation, null, null, TimeSpan.FromSeconds(8), TimeSpan.FromSeconds(20), 0.7, TimeSpan.FromSeconds(3)), order!.Fault);
        Assert.Null(Parse("""{"clear":true}""", out _)!.Fault);
        // A drift grows for as long as it lasts.
        Assert.Equal(TimeSpan.FromSeconds(20), Parse("""{"fault":"drift","signal":"flow","duration":"PT20S"}""", out _)!.Fault!.Ramp);
    }

    public static TheoryData<string, string> Mistakes => new()
    {
        { "{", "not valid JSON" },
        { "[]", "JSON object" },
        { "{}", "'fault' is missing" },
        { """{"fault":"cavitation"}""", "'duration' is missing" },
        { """{"fault":"cavitation","duration":20}""", "must be a text" },
        { """{"fault":"cavitation","duration":"20s"}""", "ISO 8601" },
        { """{"fault":"cavitation","duration":"P1M"}""", "ISO 8601" },
        { """{"fault":"cavitation","duration":"PT5S","severity":1.5}""", "from 0 to 1" },
        { """{"fault":"cavitation","duration":"PT5S","speed":1}""", "'speed' is not a known key" },
        { """{"fault":"stuck-sensor","duration":"PT5S"}""", "needs the signal" },
        { """{"fault":"cavitation","duration":"PT5S","after":"-PT5S"}""", "ISO 8601" },
        { """{"fault":"wrong-unit","duration":"PT5S","signal":"voltage"}""", "signal is 'voltage'" },
        { """{"fault":"start-up","duration":"PT5S"}""", "duration must be at least PT20S" },
        { """{"clear":false}""", "is true" },
        { """{"clear":true,"fault":"dropout"}""", "stands alone" },
    };

    [Theory]
    [MemberData(nameof(Mistakes))]
    public void A_bad_order_is_refused_in_words(string payload, string rule)
    {
        Assert.Null(Parse(payload, out string refusal));
        Assert.Contains(rule, refusal, StringComparison.Ordinal);
    }

    static FaultCommand? Parse(string payload, out string refusal) => FaultCommand.Parse(Encoding.UTF8.GetBytes(payload), out refusal);
}
