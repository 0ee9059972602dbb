using EdgeRuntime.FirmwareSim.Faults;
using EdgeRuntime.FirmwareSim.PumpSkid;
using Xunit;

namespace EdgeRuntime.Tests.Unit.FirmwareSim.PumpSkid;

/// <summary>Each fault of the process moves what its physics moves. The same plant without it is played beside it, so every difference is the fault.</summary>
public sealed class ProcessFaultTests
{
    static readonly TimeSpan Length = TimeSpan.FromMinutes(22);

    [Fact]
    public async Task A_worn_bearing_costs_power_rattles_in_bursts_and_warms_through_its_lag()
    {
        (Plant normal, Plant worn) = await BothAsync(FaultKind.BearingWear);
        Assert.InRange(Shift(normal, worn, "motor_current"), 1, 3);
        Assert.True(Shift(normal, worn, "vibration_de") > 3 * Shift(normal, worn, "vibration_nde"));
        Assert.InRange(Shift(normal, worn, "vibration_nde"), 0.5, 3);
        // Friction hardly slows the pump: the water does not notice.
        Assert.InRange(Shift(normal, worn, "flow"), -0.5, 0);
        Assert.Equal(0, Shift(normal, worn, "valve_position"));
        double soon = Shift(normal, worn, "bearing_temperature", 100, 130), late = Shift(normal, worn, "bearing_temperature", 1200, 1300);
        Assert.InRange(soon, 0.5, late / 3);
        Assert.InRange(late, 15, 30);
        // A steady rattle would have no peaks above its mean.
        double[] vibration = worn.Values("vibration_de", 120, 1300);
        Assert.True(vibration.Max() > vibration.Average() + 2.5);
    }

    [Fact]
    public async Task A_sticking_valve_lets_less_through_against_more_pressure_and_its_feedback_does_not_know()
    {
        (Plant normal, Plant stuck) = await BothAsync(FaultKind.ValveClosing, severity: 0.6);
        Assert.Equal(normal.Values("valve_position"), stuck.Values("valve_position"));
        Assert.True(Shift(normal, stuck, "flow") < -15);
        Assert.True(Shift(normal, stuck, "discharge_pressure") > 0.2);
        Assert.True(Shift(normal, stuck, "suction_pressure") > 0);
        Assert.True(Shift(normal, stuck, "motor_current") < -0.5);
        Assert.Equal(0, Shift(normal, stuck, "voltage"));
    }

    [Fact]
    public async Task Behind_a_hole_the_meter_shows_less_at_less_pressure_while_the_pump_works_more()
    {
        (Plant normal, Plant leaking) = await BothAsync(FaultKind.Leak);
        Assert.Equal(normal.Values("valve_position"), leaking.Values("valve_position"));
        Assert.True(Shift(normal, leaking, "flow") < -8);
        // A valve would have done the opposite to one of these two.
        Assert.True(Shift(normal, leaking, "discharge_pressure") < -0.3);
        Assert.True(Shift(normal, leaking, "motor_current") > 0.5);
        Assert.Equal(0, Shift(normal, leaking, "voltage"));
    }

    [Fact]
    public void What_goes_through_the_pump_goes_through_the_meter_or_the_hole_and_the_pressure_is_that_of_the_pump()
    {
        var pump = new PumpPhysics(31, "P-101");
        for (int i = 0; i < 3000; i++)
        {
            pump.Step(0.1, new PumpTrouble { Leak = i < 1000 ? 0 : 0.7 });
            Assert.Equal(pump.Flow, pump.MeteredFlow + pump.LeakFlow, 9);
            Assert.Equal(pump.DischargeBar - pump.SuctionBar, pump.Head * 995.6 * 9.81 / 1e5, 0.002);
        }

        // The orifice: 8 m3/h per root metre and severity.
        Assert.Equal(0.7 * 8 * Math.Sqrt(pump.DischargeBar / PumpRating.BarPerMetre), pump.LeakFlow, 0.05);
        // System curve at the meter: what is lost behind the flange is static head, pipe and valve.
        double opening = pump.ValvePercent / 100;
        double lost = PumpRating.StaticHead + ((PumpRating.PipeLoss + (PumpRating.ValveLoss / (opening * opening))) * pump.MeteredFlow * pump.MeteredFlow);
        Assert.Equal(pump.DischargeBar / PumpRating.BarPerMetre, lost, 0.1);
    }

    [Fact]
    public async Task An_unbalanced_rotor_shakes_both_ends_and_hardly_anything_else()
    {
        (Plant normal, Plant unbalanced) = await BothAsync(FaultKind.Imbalance);
        Assert.InRange(Shift(normal, unbalanced, "vibration_de"), 4, 7);
        Assert.InRange(Shift(normal, unbalanced, "vibration_nde"), 3.5, 6);
        Assert.InRange(Shift(normal, unbalanced, "bearing_temperature"), 0.5, 3);
        foreach (string signal in SkidSignals.Numbers.Except(["vibration_de", "vibration_nde", "bearing_temperature"]))
            Assert.Equal(normal.Values(signal), unbalanced.Values(signal));
    }

    [Fact]
    public void Imbalance_goes_with_the_square_of_the_speed()
    {
        var balanced = new PumpPhysics(32, "P-101");
        var unbalanced = new PumpPhysics(32, "P-101");
        for (int i = 0; i < 100; i++)
        {
            balanced.Step(0.1, new PumpTrouble { IsStopped = i >= 20 });
            unbalanced.Step(0.1, new PumpTrouble { IsStopped = i >= 20, Imbalance = 1 });
            double shake = Math.Sqrt((unbalanced.VibrationDriveEnd * unbalanced.VibrationDriveEnd) - (balanced.VibrationDriveEnd * balanced.VibrationDriveEnd));
            // Without flow the head is that at shut-off, which goes with the square of the speed too.
            double speedSquared = (unbalanced.Head + (PumpRating.HeadFall * unbalanced.Flow * unbalanced.Flow)) / PumpRating.HeadAtShutOff;
            if (i is < 20 or > 30)
                Assert.Equal(PumpRating.ImbalanceDriveEnd * speedSquared, shake, 0.15);
        }

        Assert.True(unbalanced.VibrationDriveEnd < 1);
    }

    [Fact]
    public async Task Each_grows_with_its_severity()
    {
        foreach ((FaultKind kind, string signal, double direction) in new[]
        {
            (FaultKind.BearingWear, "vibration_de", 1.0), (FaultKind.ValveClosing, "flow", -1.0), (FaultKind.Leak, "flow", -1.0), (FaultKind.Imbalance, "vibration_nde", 1.0),
        })
        {
            var seen = new List<double>();
            foreach (double severity in new[] { 0, 0.1, 0.25, 0.5, 0.75, 1 })
            {
                Plant plant = await Plant.PlayAsync(TimeSpan.FromMinutes(2), seed: 33, faults: Plant.Fault(kind, 30, 90, severity));
                seen.Add(direction * plant.Values(signal, 40, 120).Average());
            }

            Assert.Equal(seen.Order(), seen);
            Assert.Equal(seen.Distinct(), seen);
        }
    }

    static async Task<(Plant Normal, Plant Faulty)> BothAsync(FaultKind kind, double severity = 1) => (
        await Plant.PlayAsync(Length, seed: 30, rateHz: 5),
        await Plant.PlayAsync(Length, seed: 30, rateHz: 5, faults: Plant.Fault(kind, 100, 1210, severity)));

    static double Shift(Plant normal, Plant faulty, string signal, double from = 110, double to = 1300) =>
        faulty.Values(signal, from, to).Average() - normal.Values(signal, from, to).Average();
}
