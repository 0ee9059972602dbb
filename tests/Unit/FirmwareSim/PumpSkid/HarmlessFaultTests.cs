using EdgeRuntime.FirmwareSim.Faults;
using EdgeRuntime.FirmwareSim.PumpSkid;
using Xunit;

namespace EdgeRuntime.Tests.Unit.FirmwareSim.PumpSkid;

public sealed class HarmlessFaultTests
{
    [Fact]
    public async Task A_recipe_out_of_turn_moves_the_valve_and_the_line_is_afterwards_where_it_would_have_been()
    {
        for (long seed = 50; seed < 60; seed++)
        {
            Plant normal = await Plant.PlayAsync(TimeSpan.FromMinutes(5), seed);
            Plant changed = await Plant.PlayAsync(TimeSpan.FromMinutes(5), seed, faults: Plant.Fault(FaultKind.RecipeChange, 60, 120));
            string[] usual = Recipes(normal), seen = Recipes(changed);
            Assert.Equal(usual[..600], seen[..600]);
            string ordered = seen[600];
            Assert.NotEqual(usual[599], ordered);
            Assert.All(seen[600..1800], r => Assert.Equal(ordered, r));
            Assert.Equal(usual[1800..], seen[1800..]);
            double[] valve = changed.Values("valve_position");
            // The same positioner, at its own speed, to an opening that is ordinary.
            Assert.True(valve.Zip(valve.Skip(1)).Max(p => Math.Abs(p.First - p.Second)) < 0.8);
            Assert.InRange(valve.Min(), 58, 82);
            Assert.InRange(valve.Max(), 58, 82);
            Assert.Equal(normal.Values("voltage"), changed.Values("voltage"));
        }
    }

    [Fact]
    public async Task A_pump_that_is_started_again_runs_down_stands_draws_its_inrush_and_is_cooler()
    {
        Plant normal = await Plant.PlayAsync(TimeSpan.FromMinutes(6), seed: 61);
        Plant started = await Plant.PlayAsync(TimeSpan.FromMinutes(6), seed: 61, faults: Plant.Fault(FaultKind.StartUp, 60, 120, ramp: 0));
        int running = SkidSignals.IndexOf(SkidSignals.Running);
        // Half of the interval at severity 1.
        Assert.Equal(
            Enumerable.Range(0, 3600).Select(i => i is >= 600 and < 1200 ? "false" : "true"),
            started.Scans.Select(s => s.Texts[running]!));
        Assert.All(started.Values("motor_current", 60, 120), a => Assert.InRange(a, 0, 0.6));
        Assert.All(started.Values("flow", 65, 120), q => Assert.InRange(q, 0, 3));
        Assert.All(started.Values("vibration_de", 80, 120), v => Assert.InRange(v, 0, 0.6));
        // No pump, no head: the gauge before the check valve shows the tank.
        Assert.Equal(started.Values("suction_pressure", 90, 120).Average(), started.Values("discharge_pressure", 90, 120).Average(), 0.02);
        // The speed comes back over six seconds, at twice the rated current.
        double[] pressure = [.. started.Values("discharge_pressure", 120, 126).Chunk(10).Select(second => second.Average())];
        Assert.Equal(pressure.Order(), pressure);
        Assert.InRange(started.Values("motor_current", 120.5, 125).Average(), 50, 60);
        Assert.True(started.Values("motor_current", 130, 140).Max() < 32);
        Assert.Equal(normal.Values("flow", 150, 180).Average(), started.Values("flow", 150, 180).Average(), 0.2);
        Assert.True(started.Values("motor_temperature", 130, 180).Average() < normal.Values("motor_temperature", 130, 180).Average() - 1);
        Assert.True(started.Values("bearing_temperature", 130, 180).Average() < normal.Values("bearing_temperature", 130, 180).Average() - 2);
        Assert.Equal(normal.Values("valve_position"), started.Values("valve_position"));
        Assert.Equal(normal.Values("voltage"), started.Values("voltage"));
    }

    [Fact]
    public async Task The_fainter_a_start_the_shorter_the_pump_stands()
    {
        int running = SkidSignals.IndexOf(SkidSignals.Running);
        foreach (double severity in new[] { 0.1, 0.5, 1 })
        {
            Plant plant = await Plant.PlayAsync(TimeSpan.FromMinutes(3), seed: 62, faults: Plant.Fault(FaultKind.StartUp, 60, 100, severity));
            Assert.Equal((int)(severity * 500), plant.Scans.Count(s => s.Texts[running] == "false"));
        }
    }

    static string[] Recipes(Plant plant) => [.. plant.Scans.Select(s => s.Texts[SkidSignals.IndexOf(SkidSignals.Recipe)]!)];
}
