using System.Text;
using EdgeRuntime.FirmwareSim.Faults;
using EdgeRuntime.Settings;
using EdgeRuntime.Tests.Kit;
using Xunit;

namespace EdgeRuntime.Tests.Unit.FirmwareSim.Faults;

public sealed class FaultScriptTests
{
    [Fact]
    public void A_script_is_read_with_its_defaults()
    {
        FaultScript script = Read("""
            kind: FaultScript
            seed: 42
            faults:
              - {fault: cavitation, at: PT60S, duration: PT20S}
              - {fault: stuck-sensor, asset: P-102, signal: flow, at: PT1M, duration: PT30S, severity: 0.5, ramp: PT0S}
            """);
        Assert.Equal(42, script.Seed);
        Assert.Equal(
            [
                new(FaultKind.Cavitation, null, null, TimeSpan.FromSeconds(60), TimeSpan.FromSeconds(20), 1, TimeSpan.FromSeconds(3)),
                new ScriptedFault(FaultKind.StuckSensor, "P-102", "flow", TimeSpan.FromSeconds(60), TimeSpan.FromSeconds(30), 0.5, TimeSpan.Zero),
            ],
            script.Faults);
    }

    public static TheoryData<string, string, string> Mistakes => new()
    {
        { "a typing mistake in a key", "{fault: cavitation, at: PT1S, duraton: PT1S}", "did you mean 'duration'" },
        { "an unknown fault", "{fault: explosion, at: PT1S, duration: PT1S}", "must be one of cavitation, bearing-wear, valve-closing, leak, imbalance, stuck-sensor, spike, drift, dropout, wrong-unit, clock-jump, recipe-change, start-up" },
        { "no duration", "{fault: cavitation, at: PT1S}", "duration: is missing." },
        { "no time", "{fault: cavitation, duration: PT1S}", "at: is missing." },
        { "seconds without their unit", "{fault: cavitation, at: 60, duration: PT1S}", "ISO 8601 duration" },
        { "zero duration", "{fault: cavitation, at: PT1S, duration: PT0S}", "longer than zero" },
        { "a severity above one", "{fault: cavitation, at: PT1S, duration: PT1S, severity: 2}", "from 0 to 1" },
        { "a stuck sensor without a name", "{fault: stuck-sensor, at: PT1S, duration: PT1S}", "needs the signal" },
        { "an unknown signal", "{fault: dropout, signal: flwo, at: PT1S, duration: PT1S}", "a skid has suction_pressure" },
        { "a cavitating voltmeter", "{fault: cavitation, signal: voltage, at: PT1S, duration: PT1S}", "must be left out" },
        { "a spike without a name", "{fault: spike, at: PT1S, duration: PT1S}", "spike needs the signal that lies" },
        { "a drifting recipe", "{fault: drift, signal: recipe, at: PT1S, duration: PT1S}", "drift can befall suction_pressure" },
        { "a volt in another unit", "{fault: wrong-unit, signal: voltage, at: PT1S, duration: PT1S}", "wrong-unit can befall suction_pressure, discharge_pressure, flow, vibration_de" },
        { "a leaking voltmeter", "{fault: leak, signal: voltage, at: PT1S, duration: PT1S}", "leak happens to the whole skid" },
        { "a clock of one signal", "{fault: clock-jump, signal: flow, at: PT1S, duration: PT1S}", "must be left out" },
        { "a start that is over before the pump stands", "{fault: start-up, at: PT1S, duration: PT5S}", "at least PT20S" },
        { "two at once", "{fault: dropout, at: PT1S, duration: PT9S}\n  - {fault: dropout, at: PT5S, duration: PT9S}", "overlaps" },
    };

    [Theory]
    [MemberData(nameof(Mistakes))]
    public void A_mistake_is_refused_with_its_place_and_its_rule(string mistake, string fault, string rule)
    {
        SettingsException refused = Assert.Throws<SettingsException>(() => Read($"kind: FaultScript\nfaults:\n  - {fault}\n"));
        SettingsViolation violation = Assert.Single(refused.Violations, v => v.ToString().Contains(rule, StringComparison.Ordinal));
        Assert.True(violation.Line >= 3, mistake);
    }

    [Fact]
    public void Another_kind_of_document_is_not_a_script()
    {
        SettingsException refused = Assert.Throws<SettingsException>(() => Read("kind: Tags\nfaults: []\n"));
        Assert.Contains("must be 'FaultScript'", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_scripts_of_the_demo_site_are_valid()
    {
        string folder = Path.Combine(TestData.Repository, "firmware-sim", "demo-site");
        Assert.Empty(FaultScript.Load(Path.Combine(folder, "normal.yaml")).Faults);
        Assert.Equal(Enum.GetValues<FaultKind>(), FaultScript.Load(Path.Combine(folder, "faults.yaml")).Faults.Select(f => f.Kind).Distinct().Order());
    }

    static FaultScript Read(string yaml) => FaultScript.Read(SettingsDocument.Parse("faults.yaml", Encoding.UTF8.GetBytes(yaml)));
}
