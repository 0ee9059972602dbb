using EdgeRuntime.Promotion.Evidence;
using Xunit;

namespace EdgeRuntime.Tests.Unit.Promotion;

public class MeanEvidenceTests
{
    [Theory]
    [InlineData(0, -1)]
    [InlineData(-0.1, -1)]
    [InlineData(0.05, 0)]
    public void On_the_edge_of_what_it_denies_it_is_ever_convinced_in_fewer_runs_than_the_error_rate_says(double mean, double lowest)
    {
        const int Runs = 2000, Looks = 500;
        const double ErrorRate = 0.05;
        var random = new Random(1);
        int convinced = 0;
        for (int run = 0; run < Runs; run++)
        {
            var seen = new PairCounts();
            bool ever = false;
            for (int look = 0; look < Looks && !ever; look++)
            {
                seen = Draw(random, mean, lowest, seen);
                ever = MeanEvidence.Above(seen, mean, lowest) >= Math.Log(1 / ErrorRate);
            }

            convinced += ever ? 1 : 0;
        }

        // It must be careful, and it must not be asleep.
        Assert.InRange(convinced, 1, (int)(Runs * ErrorRate));
    }

    [Fact]
    public void One_observation_is_worth_what_the_stakes_won()
    {
        double expected = Enumerable.Range(1, 24).Average(i => 1 + Math.Pow(2, -i / 2.0));

        Assert.Equal(Math.Log(expected), MeanEvidence.Above(new PairCounts(1, 0, 0), 0), 12);
        Assert.Equal(0, MeanEvidence.Above(new PairCounts(0, 7, 0), 0), 12);
        Assert.Equal(0, MeanEvidence.Above(default, -0.2), 12);
        Assert.True(MeanEvidence.Above(new PairCounts(0, 7, 0), -0.2) > 0, "answers that are the same speak against a loss");
    }

    [Fact]
    public void The_interval_holds_the_mean_at_all_times_and_narrows()
    {
        const int Runs = 300;
        var random = new Random(2);
        int missed = 0;
        double width = 0;
        for (int run = 0; run < Runs; run++)
        {
            double mean = (random.NextDouble() - 0.5) * 0.6;
            var seen = new PairCounts();
            bool ever = false;
            for (int look = 1; look <= 400; look++)
            {
                seen = Draw(random, mean, -1, seen);
                if (look % 20 != 0)
                    continue;
                (double low, double high) = MeanEvidence.Interval(seen, 0.05);
                Assert.True(low <= seen.Difference && seen.Difference <= high);
                ever |= mean < low || mean > high;
                width = high - low;
            }

            missed += ever ? 1 : 0;
        }

        Assert.InRange(missed, 0, Runs * 5 / 100);
        Assert.InRange(width, 0.01, 0.3);
    }

    [Fact]
    public void Nothing_seen_leaves_everything_open()
    {
        (double low, double high) = MeanEvidence.Interval(default, 0.05);

        Assert.Equal((-1.0, 1.0), (Math.Round(low, 9), Math.Round(high, 9)));
    }

    // Of -1, 0 and 1 with this mean, or of 0 and 1.
    static PairCounts Draw(Random random, double mean, double lowest, PairCounts seen)
    {
        double drawn = random.NextDouble();
        double both = lowest < 0 ? 0.4 : 0;
        double up = lowest < 0 ? (both + mean) / 2 : mean;
        double down = lowest < 0 ? (both - mean) / 2 : 0;
        if (drawn < up)
            return seen with { Better = seen.Better + 1 };
        return drawn < up + down ? seen with { Worse = seen.Worse + 1 } : seen with { Same = seen.Same + 1 };
    }
}
