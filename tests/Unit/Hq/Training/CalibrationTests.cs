using EdgeRuntime.Hq.Training;
using Xunit;

namespace EdgeRuntime.Tests.Unit.Hq.Training;

public sealed class CalibrationTests
{
    public static TheoryData<string> Methods() => [.. Enum.GetNames<CalibrationMethod>()];

    /// <summary>A model that is three times too sure, and leans towards events.</summary>
    static HeldOut TooSure(int seed, int rows, double lean)
    {
        var random = new Random(seed);
        double[] odds = [.. Enumerable.Range(0, rows).Select(_ => 2 * TinyPlant.Normal(random))];
        return new HeldOut([.. odds.Select(o => (3 * o) + lean)], [.. odds.Select(o => random.NextDouble() < Logistic.Of(o))]);
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public void On_rows_it_has_not_seen_what_is_said_is_what_happens(string method)
    {
        double lean = method == nameof(CalibrationMethod.Temperature) ? 0 : 2;
        ICalibration calibration = TooSure(1, 20_000, lean).Fit(Enum.Parse<CalibrationMethod>(method));
        HeldOut fresh = TooSure(2, 20_000, lean);
        Assert.True(Error(fresh, f => Logistic.Of(f)) > 0.1);
        Assert.True(Error(fresh, calibration.Probability) < 0.02, $"{Error(fresh, calibration.Probability)}");
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public void It_never_falls_and_is_never_certain(string method)
    {
        ICalibration calibration = TooSure(3, 500, 1).Fit(Enum.Parse<CalibrationMethod>(method));
        double before = 0;
        for (double f = -30; f <= 30; f += 0.01)
        {
            double p = calibration.Probability(f);
            Assert.True(p >= before - 1e-15 && p is > 0 and < 1, $"{f}: {p} after {before}");
            before = p;
        }
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public void A_model_that_says_the_contrary_is_refused(string method)
    {
        HeldOut held = TooSure(4, 2000, 0);
        var wrong = new HeldOut([.. held.LogOdds.Select(f => -f)], held.IsEvent);
        Assert.Contains("does not rise with the truth", Assert.Throws<TrainingException>(() => wrong.Fit(Enum.Parse<CalibrationMethod>(method))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Platt_finds_the_line_that_made_the_labels()
    {
        var platt = (PlattCalibration)TooSure(5, 50_000, 2).Fit(CalibrationMethod.Platt);
        Assert.Equal(1.0 / 3, platt.Slope, 0.01);
        Assert.Equal(-2.0 / 3, platt.Offset, 0.05);
    }

    [Fact]
    public void Temperature_finds_how_much_too_sure_it_was() =>
        Assert.Equal(3, ((TemperatureCalibration)TooSure(6, 50_000, 0).Fit(CalibrationMethod.Temperature)).Temperature, 0.1);

    [Fact]
    public void Neighbours_that_fall_are_pooled()
    {
        // By hand: 1 | 2, 3 fall and are pooled at 2.5 with a half | 4.
        var held = new HeldOut([1, 2, 3, 4], [false, true, false, true]);
        var isotonic = (IsotonicCalibration)held.Fit(CalibrationMethod.Isotonic);
        Assert.Equal([1, 2.5, 4], isotonic.At);
        Assert.Equal([0.25, 0.5, 0.75], isotonic.Probabilities);
        Assert.Equal(0.375, isotonic.Probability(1.75), 1e-12);
    }

    /// <summary>Expected calibration error in ten bins.</summary>
    static double Error(HeldOut held, Func<double, double> probability) => held.LogOdds
        .Select((f, i) => (Said: probability(f), Is: held.IsEvent[i] ? 1.0 : 0))
        .GroupBy(x => (int)(Math.Min(x.Said, 0.999999) * 10))
        .Sum(bin => bin.Count() * Math.Abs(bin.Average(x => x.Said) - bin.Average(x => x.Is))) / held.LogOdds.Count;
}
