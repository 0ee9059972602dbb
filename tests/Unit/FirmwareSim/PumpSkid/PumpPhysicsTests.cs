using EdgeRuntime.FirmwareSim.PumpSkid;
using Xunit;

namespace EdgeRuntime.Tests.Unit.FirmwareSim.PumpSkid;

public sealed class PumpPhysicsTests
{
    [Fact]
    public void Shaft_power_is_the_water_lifted_over_the_efficiency_and_current_follows_from_it()
    {
        var pump = new PumpPhysics(3, "P-101");
        for (int i = 0; i < 6000; i++)
        {
            pump.Step(0.1, default);
            // rho g Q H / eta, all SI: water at 30 degC.
            double watt = 995.6 * 9.81 * (pump.Flow / 3600) * pump.Head / pump.Efficiency;
            Assert.Equal(watt / 1000, pump.ShaftKilowatt, 0.01);
            Assert.InRange(pump.Efficiency, 0.70, 0.78);
            Assert.InRange(pump.ShaftKilowatt, 10, 15);
            // Electrical power in is never less than mechanical power out.
            double apparent = Math.Sqrt(3) * pump.Volt * pump.Ampere;
            Assert.True(apparent > pump.ShaftKilowatt * 1000, $"{apparent} VA for {pump.ShaftKilowatt} kW");
        }
    }

    [Fact]
    public void Discharge_pressure_is_suction_pressure_plus_the_head_of_the_pump()
    {
        var pump = new PumpPhysics(4, "P-101");
        for (int i = 0; i < 3000; i++)
        {
            pump.Step(0.1, new PumpTrouble { Cavitation = i < 1500 ? 0 : 0.8 });
            Assert.Equal(pump.DischargeBar - pump.SuctionBar, pump.Head * 995.6 * 9.81 / 1e5, 0.002);
        }
    }

    [Fact]
    public void A_valve_that_opens_gives_more_flow_less_head_and_more_power()
    {
        var pump = new PumpPhysics(5, "P-101");
        var seen = new List<(double Valve, double Flow, double Head)>();
        for (int i = 0; i < 36_000; i++)
        {
            pump.Step(0.1, default);
            seen.Add((pump.ValvePercent, pump.Flow, pump.Head));
        }

        var closed = seen.Where(s => s.Valve < 63).ToList();
        var open = seen.Where(s => s.Valve > 77).ToList();
        Assert.NotEmpty(closed);
        Assert.NotEmpty(open);
        Assert.True(open.Average(s => s.Flow) > closed.Average(s => s.Flow) + 8);
        Assert.True(open.Average(s => s.Head) < closed.Average(s => s.Head) - 1);
    }

    [Fact]
    public void Ordinary_variation_never_comes_near_cavitation()
    {
        for (long seed = 1; seed <= 20; seed++)
        {
            var pump = new PumpPhysics(seed, "P-101");
            for (int i = 0; i < 36_000; i++)
            {
                pump.Step(0.1, default);
                Assert.True(pump.NpshMargin > 5, $"seed {seed}: {pump.NpshMargin} m");
                Assert.Equal(0, pump.Cavitation);
            }
        }
    }

    [Fact]
    public void A_warm_part_follows_its_load_with_its_time_constant()
    {
        var pump = new PumpPhysics(6, "P-101");
        double before = pump.MotorCelsius;
        for (int i = 0; i < 4800; i++)
            pump.Step(0.1, new PumpTrouble { Cavitation = 1 });
        double afterOneConstant = pump.MotorCelsius;
        for (int i = 0; i < 48_000; i++)
            pump.Step(0.1, new PumpTrouble { Cavitation = 1 });
        double settled = pump.MotorCelsius;
        Assert.True(settled < before - 4, $"{before} -> {settled}: less current must cool the motor");
        // Ambient and mains drift meanwhile, so one constant gives roughly, not exactly, 1 - 1/e of the way.
        Assert.InRange((afterOneConstant - before) / (settled - before), 0.35, 0.95);
    }

    [Fact]
    public void The_answer_does_not_depend_on_how_often_it_is_asked()
    {
        static double MeanFlow(double rate)
        {
            var pump = new PumpPhysics(7, "P-101");
            double sum = 0;
            int n = (int)(600 * rate);
            for (int i = 0; i < n; i++)
            {
                pump.Step(1 / rate, new PumpTrouble { Cavitation = 0.7 });
                sum += pump.Flow;
            }

            return sum / n;
        }

        double at10 = MeanFlow(10);
        Assert.Equal(at10, MeanFlow(1), 1.0);
        Assert.Equal(at10, MeanFlow(100), 1.0);
    }
}
