using System.Security.Cryptography;
using System.Text;
using EdgeRuntime.FirmwareSim.Faults;
using EdgeRuntime.FirmwareSim.PumpSkid;
using EdgeRuntime.Settings.Site;
using EdgeRuntime.Settings;
using EdgeRuntime.Tests.Kit;
using Xunit;

namespace EdgeRuntime.Tests.Unit.FirmwareSim.PumpSkid;

public sealed class SkidTests
{
    [Fact]
    public async Task One_seed_gives_the_same_bytes_on_every_run_and_every_machine()
    {
        Plant plant = await Plant.PlayAsync(TimeSpan.FromMinutes(20), seed: 7, assets: null, faults: Plant.Fault(FaultKind.Cavitation, 600, 120));
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (Scan scan in plant.Scans)
            hash.AppendData(BrokerListener.ScanJson(scan));
        Assert.Equal("d275acb02fb3f2e7c4ee17c14f3b524184cabac14f377b9b4e60b447dc4cf75c", Convert.ToHexStringLower(hash.GetHashAndReset()));
    }

    [Fact]
    public async Task Another_seed_and_another_asset_are_other_plants()
    {
        Plant one = await Plant.PlayAsync(TimeSpan.FromMinutes(1), seed: 1, assets: ["P-101", "P-102"]);
        Plant two = await Plant.PlayAsync(TimeSpan.FromMinutes(1), seed: 2);
        Assert.NotEqual(Text(one, "P-101"), Text(one, "P-102"));
        Assert.NotEqual(Text(one, "P-101"), Text(two, "P-101"));
        // A neighbour changes nothing.
        Plant alone = await Plant.PlayAsync(TimeSpan.FromMinutes(1), seed: 1);
        Assert.Equal(Text(alone, "P-101"), Text(one, "P-101"));
    }

    [Fact]
    public async Task Every_reading_lies_inside_the_range_that_the_demo_site_states_and_units_are_stated()
    {
        SettingsDocument document = SettingsDocument.Load(Path.Combine(TestData.Repository, "firmware-sim", "demo-site", "tags.yaml"));
        TagCatalogue tags = TagCatalogue.Read(document);
        document.ThrowIfInvalid();
        Assert.Equal(SkidSignals.Names.Select(n => "P-101." + n).Order(StringComparer.Ordinal), tags.All.Select(t => t.Id));

        Plant plant = await Plant.PlayAsync(TimeSpan.FromMinutes(30), seed: 3, faults: Plant.Fault(FaultKind.Cavitation, 900, 600));
        foreach (Instrument instrument in SkidSignals.Instruments)
        {
            TagContract tag = tags.Find("P-101." + instrument.Signal)!;
            Assert.Equal((instrument.Low, instrument.High), (tag.Low, tag.High));
            Assert.NotEqual("", tag.Unit);
            double[] values = plant.Values(instrument.Signal);
            Assert.InRange(values.Min(), instrument.Low, instrument.High);
            Assert.InRange(values.Max(), instrument.Low, instrument.High);
            // The instruments are chosen so that ordinary and faulty plant fit well inside.
            Assert.True(values.Max() < instrument.High - (0.05 * (instrument.High - instrument.Low)), instrument.Signal);
        }
    }

    [Fact]
    public async Task Readings_stand_on_the_levels_of_a_twelve_bit_converter()
    {
        Plant plant = await Plant.PlayAsync(TimeSpan.FromMinutes(5));
        foreach (Instrument instrument in SkidSignals.Instruments)
        {
            double half = Math.Pow(10, -instrument.Digits) / 2;
            double[] values = plant.Values(instrument.Signal);
            foreach (double value in values)
            {
                double level = (value - instrument.Low) / instrument.Resolution;
                Assert.True(Math.Abs(level - Math.Round(level)) * instrument.Resolution <= half * 1.0001, $"{instrument.Signal} {value}");
            }

            Assert.True(values.Distinct().Count() > 3, instrument.Signal + " must not stand still");
        }
    }

    [Fact]
    public async Task Without_faults_load_valve_and_recipe_change_slowly()
    {
        Plant plant = await Plant.PlayAsync(TimeSpan.FromMinutes(30), seed: 4);
        int recipe = SkidSignals.IndexOf(SkidSignals.Recipe);
        string[] recipes = [.. plant.Scans.Select(s => s.Texts[recipe]!)];
        Assert.Equal(["A", "B", "C"], recipes.Distinct().Order());
        Assert.InRange(recipes.Zip(recipes.Skip(1)).Count(p => p.First != p.Second), 4, 15);
        double[] valve = plant.Values("valve_position");
        Assert.InRange(valve.Max() - valve.Min(), 10, 25);
        Assert.True(valve.Zip(valve.Skip(1)).Max(p => Math.Abs(p.First - p.Second)) < 0.8);
        Assert.All(plant.Scans, s => Assert.Equal("true", s.Texts[SkidSignals.IndexOf(SkidSignals.Running)]));
    }

    public static TheoryData<double> Severities => [0.25, 0.5, 1.0];

    [Theory]
    [MemberData(nameof(Severities))]
    public async Task Cavitation_moves_every_signal_of_the_pump_the_documented_way(double severity)
    {
        // The same plant with and without the fault: everything but the fault is equal, so the difference is the fault.
        var length = TimeSpan.FromMinutes(3);
        Plant normal = await Plant.PlayAsync(length, seed: 5);
        Plant faulty = await Plant.PlayAsync(length, seed: 5, faults: Plant.Fault(FaultKind.Cavitation, 60, 60, severity));
        double Shift(string signal) => faulty.Values(signal, 70, 120).Average() - normal.Values(signal, 70, 120).Average();
        double Unrest(Plant plant, string signal)
        {
            double[] v = plant.Values(signal, 70, 120);
            return v.Zip(v.Skip(5)).Average(p => (p.First - p.Second) * (p.First - p.Second));
        }

        Assert.True(Shift("suction_pressure") < -0.5);
        Assert.True(Shift("discharge_pressure") < -0.5);
        Assert.True(Shift("flow") < -10);
        Assert.True(Shift("motor_current") < -1.0);
        Assert.True(Shift("vibration_de") > 0.3);
        Assert.True(Shift("vibration_nde") > 0.2);
        Assert.True(Shift("bearing_temperature") > 0.05);
        Assert.Equal(0, Shift("voltage"), 9);
        Assert.Equal(0, Shift("valve_position"), 9);
        Assert.True(Unrest(faulty, "motor_current") > 2 * Unrest(normal, "motor_current"));
        Assert.True(Unrest(faulty, "discharge_pressure") > 2 * Unrest(normal, "discharge_pressure"));
        Assert.True(Unrest(faulty, "flow") > 1.05 * Unrest(normal, "flow"));
        // Before it and long after it the plant is the plant.
        Assert.Equal(normal.Values("flow", 0, 60), faulty.Values("flow", 0, 60));
        Assert.Equal(normal.Values("vibration_de", 150, 180).Average(), faulty.Values("vibration_de", 150, 180).Average(), 0.02);
    }

    [Fact]
    public async Task Cavitation_grows_with_its_severity()
    {
        double[] severities = [0, 0.1, 0.25, 0.5, 0.75, 1];
        var vibration = new List<double>();
        var flow = new List<double>();
        foreach (double severity in severities)
        {
            Plant plant = await Plant.PlayAsync(TimeSpan.FromMinutes(2), seed: 6, faults: Plant.Fault(FaultKind.Cavitation, 60, 60, severity));
            vibration.Add(plant.Values("vibration_de", 70, 120).Average());
            flow.Add(plant.Values("flow", 70, 120).Average());
        }

        Assert.Equal(vibration.Order(), vibration);
        Assert.Equal(flow.OrderDescending(), flow);
    }

    [Fact]
    public async Task A_stuck_sensor_freezes_one_signal_and_leaves_the_others_as_they_were()
    {
        var length = TimeSpan.FromMinutes(2);
        Plant normal = await Plant.PlayAsync(length, seed: 8);
        Plant stuck = await Plant.PlayAsync(length, seed: 8, faults: Plant.Fault(FaultKind.StuckSensor, 30, 60, signal: "flow"));
        double frozen = normal.Values("flow", 0, 30)[^1];
        Assert.All(stuck.Values("flow", 30, 90), v => Assert.Equal(frozen, v));
        Assert.Equal(600, stuck.Values("flow", 30, 90).Length);
        Assert.Equal(normal.Values("flow", 90), stuck.Values("flow", 90));
        Assert.Equal(normal.Values("motor_current"), stuck.Values("motor_current"));
    }

    [Fact]
    public async Task A_dropout_takes_one_signal_out_of_the_payload_or_silences_the_skid_and_seq_shows_the_hole()
    {
        Plant plant = await Plant.PlayAsync(
            TimeSpan.FromSeconds(60), seed: 9, faults: [Plant.Fault(FaultKind.Dropout, 10, 10, signal: "voltage"), Plant.Fault(FaultKind.Dropout, 30, 10)]);
        Assert.Empty(plant.Values("voltage", 10, 20));
        Assert.Equal(100, plant.Values("flow", 10, 20).Length);
        Assert.DoesNotContain("voltage", Encoding.UTF8.GetString(BrokerListener.ScanJson(plant.Scans[150])), StringComparison.Ordinal);
        Assert.Equal(500, plant.Scans.Count);
        Assert.Equal(400, plant.Scans[300].Seq);
        Assert.Equal(299, plant.Scans[299].Seq);
    }

    [Fact]
    public async Task The_payload_is_the_documented_one()
    {
        Plant plant = await Plant.PlayAsync(TimeSpan.FromSeconds(1), seed: 1);
        string json = Encoding.UTF8.GetString(BrokerListener.ScanJson(plant.Scans[3]));
        Assert.StartsWith("{\"t\":\"2026-01-01T00:00:00.3Z\",\"seq\":3,\"suction_pressure\":0.3", json, StringComparison.Ordinal);
        Assert.EndsWith(",\"running\":true,\"recipe\":\"A\"}", json, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_truth_says_when_a_fault_begins_and_ends()
    {
        Plant plant = await Plant.PlayAsync(TimeSpan.FromSeconds(30), faults: Plant.Fault(FaultKind.Cavitation, 10.05, 5, 0.5));
        string[] said = [.. plant.Truth.Select(t => Encoding.UTF8.GetString(BrokerListener.TruthJson(Plant.Start, t.Change)))];
        Assert.Equal(
            [
                "{\"t\":\"2026-01-01T00:00:00Z\",\"fault\":\"none\",\"active\":false,\"severity\":0,\"since\":\"2026-01-01T00:00:00Z\"}",
                "{\"t\":\"2026-01-01T00:00:10.1Z\",\"fault\":\"cavitation\",\"class\":\"process\",\"active\":true,\"severity\":0.5,\"since\":\"2026-01-01T00:00:10.1Z\"}",
                "{\"t\":\"2026-01-01T00:00:15.1Z\",\"fault\":\"cavitation\",\"class\":\"process\",\"active\":false,\"severity\":0.5,\"since\":\"2026-01-01T00:00:10.1Z\"}",
            ],
            said);
    }

    static string Text(Plant plant, string asset) => string.Join('\n', plant.Scans.Where(s => s.Asset == asset).Select(s => string.Join(',', s.Texts)));
}
