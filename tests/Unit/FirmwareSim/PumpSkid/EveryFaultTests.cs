using System.Globalization;
using System.Text;
using EdgeRuntime.FirmwareSim.Faults;
using EdgeRuntime.FirmwareSim.PumpSkid;
using Xunit;

namespace EdgeRuntime.Tests.Unit.FirmwareSim.PumpSkid;

/// <summary>What holds for each kind of fault, whatever it does.</summary>
public sealed class EveryFaultTests
{
    static readonly TimeSpan Length = TimeSpan.FromMinutes(5);

    public static TheoryData<string> Names => [.. FaultNames.Kinds.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Until_it_begins_the_plant_is_the_plant_without_it(string name)
    {
        Plant normal = await Plant.PlayAsync(Length, seed: 21);
        Plant faulty = await Plant.PlayAsync(Length, seed: 21, faults: FaultOf(name, 100));
        Assert.Equal(normal.Scans.Take(1000).Select(Text), faulty.Scans.Take(1000).Select(Text));
        Assert.NotEqual(normal.Scans.Skip(1000).Select(Text), faulty.Scans.Skip(1000).Select(Text));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task The_truth_tells_its_interval_and_its_class(string name)
    {
        Plant plant = await Plant.PlayAsync(Length, seed: 22, faults: FaultOf(name, 100));
        TruthChange?[] said = [.. plant.Truth.Select(t => t.Change)];
        Assert.Equal(3, said.Length);
        Assert.Equal((true, TimeSpan.FromSeconds(100), TimeSpan.FromSeconds(100)), (said[1]!.Active, said[1]!.At, said[1]!.Since));
        Assert.Equal((false, TimeSpan.FromSeconds(160), TimeSpan.FromSeconds(100)), (said[2]!.Active, said[2]!.At, said[2]!.Since));
        string expected = name switch
        {
            "recipe-change" or "start-up" => "harmless",
            "cavitation" or "bearing-wear" or "valve-closing" or "leak" or "imbalance" => "process",
            _ => "sensor",
        };
        Assert.Contains($"\"fault\":\"{name}\",\"class\":\"{expected}\"", Encoding.UTF8.GetString(BrokerListener.TruthJson(Plant.Start, said[1])), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Played_twice_it_is_the_same_to_the_last_digit_and_another_skid_has_its_own(string name)
    {
        Plant one = await Plant.PlayAsync(Length, 23, 10, ["P-101", "P-102"], FaultOf(name, 100));
        Plant two = await Plant.PlayAsync(Length, 23, 10, ["P-101", "P-102"], FaultOf(name, 100));
        Plant alone = await Plant.PlayAsync(Length, 23, 10, ["P-101"], FaultOf(name, 100));
        Assert.Equal(one.Scans.Select(Text), two.Scans.Select(Text));
        Assert.Equal(alone.Scans.Select(Text), one.Scans.Where(s => s.Asset == "P-101").Select(Text));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Every_reading_of_the_plant_stays_inside_the_range_of_its_transmitter(string name)
    {
        Plant plant = await Plant.PlayAsync(Length, seed: 24, faults: FaultOf(name, 100));
        foreach (Instrument instrument in SkidSignals.Instruments.Where(i => name != "wrong-unit" || i.Signal != "flow"))
        {
            double[] values = plant.Values(instrument.Signal);
            Assert.InRange(values.Min(), instrument.Low, instrument.High);
            Assert.InRange(values.Max(), instrument.Low, instrument.High);
        }
    }

    public static TheoryData<string, string> Drawn => new() { { "spike", "flow" }, { "drift", "flow" }, { "bearing-wear", "vibration_de" } };

    /// <summary>What a fault draws comes from a stream of its own, so one that came before it moves nothing.</summary>
    [Theory]
    [MemberData(nameof(Drawn))]
    public async Task Another_fault_of_its_kind_before_it_changes_nothing_in_it(string name, string signal)
    {
        ScriptedFault later = FaultOf(name, 200);
        Plant alone = await Plant.PlayAsync(Length, seed: 25, faults: later);
        Plant second = await Plant.PlayAsync(Length, seed: 25, faults: [FaultOf(name, 20), later]);
        Assert.Equal(alone.Values(signal, 200, 260), second.Values(signal, 200, 260));
        Assert.NotEqual(alone.Values(signal, 20, 80), second.Values(signal, 20, 80));
    }

    public static TheoryData<string, string, double, double> Sizes => new()
    {
        { "cavitation", "vibration_de", 0.4, 1.5 },
        { "bearing-wear", "vibration_de", 0.4, 2.5 },
        { "valve-closing", "flow", 5, 40 },
        { "leak", "flow", 4, 10 },
        { "imbalance", "vibration_nde", 0.4, 3 },
        { "drift", "flow", 4, 12 },
    };

    [Theory]
    [MemberData(nameof(Sizes))]
    public async Task At_a_tenth_it_is_barely_there_and_at_one_it_is_gross(string name, string signal, double faintMax, double grossMin)
    {
        Plant normal = await Plant.PlayAsync(Length, seed: 26);
        async Task<double> ShiftAsync(double severity)
        {
            Plant plant = await Plant.PlayAsync(Length, seed: 26, faults: FaultOf(name, 100) with { Severity = severity });
            return Math.Abs(plant.Values(signal, 130, 160).Average() - normal.Values(signal, 130, 160).Average());
        }

        double faint = await ShiftAsync(0.1);
        Assert.InRange(faint, 0.001, faintMax);
        Assert.True(await ShiftAsync(1) > grossMin);
    }

    [Fact]
    public void Every_kind_has_a_name_of_its_own_that_leads_back_to_it()
    {
        Assert.Equal(Enum.GetValues<FaultKind>(), FaultNames.Kinds.Values.Order());
        Assert.All(FaultNames.Kinds, k => Assert.Equal(k.Key, FaultNames.Of(k.Value)));
    }

    /// <summary>A minute of it, on the flow where it needs a signal.</summary>
    static ScriptedFault FaultOf(string name, double at)
    {
        FaultKind kind = FaultNames.Kinds[name];
        ScriptedFault fault = Plant.Fault(kind, at, 60, signal: ScriptedFault.SignalsOf(kind).Count > 0 ? "flow" : null);
        return fault with { Ramp = ScriptedFault.RampUnlessTold(kind, fault.Duration) };
    }

    static string Text(Scan scan) => string.Create(CultureInfo.InvariantCulture, $"{scan.Asset} {scan.Time:O} {scan.Seq} {string.Join(',', scan.Texts)}");
}
