using EdgeRuntime.Hmi.Floor;
using Xunit;

namespace EdgeRuntime.Tests.Unit.Hmi.Floor;

public sealed class ReconciliationTests
{
    const long Second = 1_000_000_000;
    static readonly Dictionary<string, long> Accounted = new() { ["redelivered"] = 40, ["not-json"] = 5 };

    [Fact]
    public void Received_is_stored_plus_accounted_by_cause()
    {
        ReconciliationLine line = new Reconciliation().Check(0, 12_345, 12_300, Accounted);
        Assert.Equal((12_345, 12_300, 45, 0), (line.Received, line.Stored, line.Accounted, line.BeingWritten));
        Assert.True(line.Balances);
    }

    [Fact]
    public void What_arrived_a_moment_ago_is_being_written_and_not_missing()
    {
        var reconciliation = new Reconciliation();
        reconciliation.Check(0, 45, 0, Accounted);
        ReconciliationLine line = reconciliation.Check(Second, 145, 0, Accounted);
        Assert.Equal((100, 0), (line.BeingWritten, line.Missing));
        Assert.True(line.Balances);
    }

    [Fact]
    public void A_value_that_is_nowhere_after_the_settle_time_is_missing()
    {
        var reconciliation = new Reconciliation();
        reconciliation.Check(0, 148, 100, Accounted);
        Assert.True(reconciliation.Check(4 * Second, 148, 100, Accounted).Balances);
        ReconciliationLine line = reconciliation.Check(5 * Second, 148, 100, Accounted);
        Assert.Equal(3, line.Missing);
        Assert.False(line.Balances);
    }

    [Fact]
    public void More_stored_than_received_is_said_at_once()
    {
        ReconciliationLine line = new Reconciliation().Check(0, 100, 57, Accounted);
        Assert.Equal(2, line.TooMany);
        Assert.False(line.Balances);
    }

    [Fact]
    public void A_loss_under_steady_traffic_is_found_within_a_minute()
    {
        var reconciliation = new Reconciliation();
        ReconciliationLine line = Run(reconciliation, seconds: 65, perSecond: 100, lost: 60);
        Assert.Equal(60, line.Missing);
        Assert.False(line.Balances);
    }

    [Fact]
    public void A_loss_too_small_to_be_sure_of_is_still_said_in_the_least_that_is_being_written()
    {
        ReconciliationLine line = Run(new Reconciliation(), seconds: 65, perSecond: 1_000, lost: 3);
        Assert.True(line.Balances);
        Assert.Equal(3, line.LeastBeingWritten);
    }

    [Fact]
    public void A_disk_that_takes_a_fifth_of_a_second_all_day_is_slow_and_not_lossy()
    {
        var reconciliation = new Reconciliation();
        for (int i = 0; i < 4 * 300; i++)
        {
            long received = i * 2_500L;
            ReconciliationLine line = reconciliation.Check(i * Second / 4, received, Math.Max(0, received - 2_000), new Dictionary<string, long>());
            Assert.True(line.Balances, $"At look {i} {line.Missing} of {line.BeingWritten} values under way are called missing.");
        }
    }

    [Fact]
    public void Nobody_watching_for_an_hour_makes_nothing_missing()
    {
        var reconciliation = new Reconciliation();
        reconciliation.Check(0, 45, 0, Accounted);
        Assert.True(reconciliation.Check(3_600 * Second, 1_000_045, 999_990, Accounted).Balances);
    }

    static ReconciliationLine Run(Reconciliation reconciliation, int seconds, int perSecond, long lost)
    {
        ReconciliationLine? line = null;
        for (int i = 0; i <= seconds * 4; i++)
        {
            long received = (long)i * perSecond / 4 + lost;
            line = reconciliation.Check(i * Second / 4, received, received - lost, new Dictionary<string, long>());
        }

        return line!;
    }
}
