using System.Globalization;
using EdgeRuntime.FirmwareSim.Faults;
using EdgeRuntime.FirmwareSim.PumpSkid;
using Xunit;

namespace EdgeRuntime.Tests.Unit.FirmwareSim.PumpSkid;

/// <summary>A sensor that lies leaves the plant and every other signal as they were, to the last digit.</summary>
public sealed class SensorFaultTests
{
    static readonly TimeSpan Length = TimeSpan.FromMinutes(4);

    [Fact]
    public async Task A_spike_is_one_wild_sample_now_and_then()
    {
        foreach (string signal in new[] { "flow", "vibration_de", "voltage" })
        {
            (double[] honest, double[] lying) = await BothAsync(Plant.Fault(FaultKind.Spike, 30, 180, 0.5, signal, ramp: 0));
            double span = SkidSignals.Instruments[SkidSignals.IndexOf(signal)].Span;
            int[] wild = [.. Enumerable.Range(0, honest.Length).Where(i => honest[i] != lying[i])];
            Assert.InRange(wild.Length, 180 / 9, 180 / 3);
            Assert.InRange(wild[0], 300, 330);
            Assert.True(wild[^1] < 2100);
            // Three seconds apart at least, so never two scans in a row.
            Assert.All(wild.Zip(wild.Skip(1)), pair => Assert.True(pair.Second - pair.First >= 29));
            Assert.All(wild, i => Assert.InRange(Math.Abs(lying[i] - honest[i]) / span, 0.5 * 0.19, 0.5 * 0.61));
        }
    }

    [Fact]
    public async Task A_faster_scan_shows_no_more_spikes()
    {
        static async Task<int> SpikesAsync(double rate)
        {
            Plant honest = await Plant.PlayAsync(Length, seed: 43, rateHz: rate);
            Plant lying = await Plant.PlayAsync(Length, seed: 43, rateHz: rate, faults: Plant.Fault(FaultKind.Spike, 30, 180, 1, "flow", ramp: 0));
            return honest.Values("flow").Zip(lying.Values("flow")).Count(p => p.First != p.Second);
        }

        int spikes = await SpikesAsync(1);
        Assert.InRange(spikes, 20, 60);
        Assert.Equal(spikes, await SpikesAsync(10));
        Assert.Equal(spikes, await SpikesAsync(50));
    }

    [Fact]
    public async Task A_drift_walks_away_evenly_and_is_gone_at_its_end()
    {
        const double Share = 0.15;
        (double[] honest, double[] lying) = await BothAsync(Plant.Fault(FaultKind.Drift, 30, 180, 0.6, "flow", ramp: 180));
        double[] away = [.. lying.Zip(honest, (l, h) => l - h)];
        double sign = Math.Sign(away[2050]);
        for (int i = 0; i < away.Length; i++)
        {
            double due = i is >= 300 and < 2100 ? sign * Share * 200 * 0.6 * (i - 300) / 1800 : 0;
            Assert.Equal(due, away[i], 0.06);
        }
    }

    public static TheoryData<string, double, double, int> Units => new()
    {
        { "suction_pressure", 100, 0, 2 },
        { "discharge_pressure", 14.503773773, 0, 3 },
        { "flow", 1 / 3.6, 0, 3 },
        { "vibration_de", 1 / 25.4, 0, 5 },
        { "vibration_nde", 1 / 25.4, 0, 5 },
        { "bearing_temperature", 1.8, 32, 2 },
        { "motor_temperature", 1.8, 32, 2 },
    };

    [Theory]
    [MemberData(nameof(Units))]
    public async Task A_wrong_unit_is_the_same_reading_times_an_exact_factor(string signal, double factor, double offset, int digits)
    {
        (double[] honest, double[] lying) = await BothAsync(Plant.Fault(FaultKind.WrongUnit, 30, 180, 1, signal));
        for (int i = 0; i < honest.Length; i++)
            Assert.Equal(i is >= 300 and < 2100 ? Math.Round((honest[i] * factor) + offset, digits) : honest[i], lying[i], Math.Pow(10, -digits) * 1.001);
        // Two levels of the converter are still two readings.
        Assert.Equal(honest.Skip(300).Take(1800).Distinct().Count(), lying.Skip(300).Take(1800).Distinct().Count());
    }

    [Fact]
    public void Every_signal_that_can_come_in_another_unit_is_tried_here() =>
        Assert.Equal(SkidSignals.WithAnotherUnit.Order(), Units.Select(row => row.Data.Item1).Order());

    [Fact]
    public async Task A_clock_that_jumps_stamps_the_same_readings_wrongly_and_comes_back()
    {
        Plant normal = await Plant.PlayAsync(Length, seed: 41);
        var signs = new HashSet<int>();
        for (int onset = 30; onset < 38; onset++)
        {
            Plant jumped = await Plant.PlayAsync(Length, seed: 41, faults: Plant.Fault(FaultKind.ClockJump, onset, 60, 0.5, ramp: 0));
            Assert.Equal(normal.Scans.Select(s => string.Join(',', s.Texts)), jumped.Scans.Select(s => string.Join(',', s.Texts)));
            Assert.Equal(normal.Scans.Select(s => (s.At, s.Seq)), jumped.Scans.Select(s => (s.At, s.Seq)));
            TimeSpan[] wrong = [.. jumped.Scans.Select(s => s.Time - s.At)];
            Assert.Equal(600, wrong.Count(w => w != TimeSpan.Zero));
            TimeSpan error = wrong[onset * 10];
            Assert.Equal(TimeSpan.FromMinutes(30), error.Duration());
            Assert.All(wrong.Skip(onset * 10).Take(600), w => Assert.Equal(error, w));
            signs.Add(Math.Sign(error.Ticks));
        }

        // Each draws its own sign.
        Assert.Equal([-1, 1], signs.Order());
    }

    [Fact]
    public async Task The_truth_file_ends_on_the_plants_time_and_not_on_the_clock_that_lies()
    {
        using var file = new StringWriter();
        var listener = new TruthFileListener(file);
        Plant plant = await Plant.PlayAsync(TimeSpan.FromSeconds(60), seed: 42, rateHz: 1, faults: Plant.Fault(FaultKind.ClockJump, 30, 600, ramp: 0));
        foreach ((string asset, TruthChange? change) in plant.Truth)
            await listener.TruthAsync(asset, Plant.Start, change, CancellationToken.None);
        foreach (Scan scan in plant.Scans)
            await listener.ScanAsync(scan, CancellationToken.None);
        await listener.CompleteAsync();
        Assert.Equal("asset,fault,class,signal,severity,from,to\nP-101,clock-jump,sensor,,1,2026-01-01T00:00:30Z,2026-01-01T00:00:59Z\n", file.ToString());
    }

    /// <summary>The signal as it is and as the fault shows it; holds that nothing else changed.</summary>
    static async Task<(double[] Honest, double[] Lying)> BothAsync(ScriptedFault fault)
    {
        Plant honest = await Plant.PlayAsync(Length, seed: 40);
        Plant lying = await Plant.PlayAsync(Length, seed: 40, faults: fault);
        int befallen = SkidSignals.IndexOf(fault.Signal!);
        Assert.Equal(honest.Scans.Select(Others), lying.Scans.Select(Others));
        return (honest.Values(fault.Signal!), lying.Values(fault.Signal!));

        string Others(Scan s) => s.Time.ToString("O", CultureInfo.InvariantCulture) + string.Join(',', s.Texts.Where((_, i) => i != befallen));
    }
}
