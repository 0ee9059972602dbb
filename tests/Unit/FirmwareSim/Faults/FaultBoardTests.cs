using EdgeRuntime.FirmwareSim.Faults;
using Xunit;

namespace EdgeRuntime.Tests.Unit.FirmwareSim.Faults;

public sealed class FaultBoardTests
{
    static readonly ScriptedFault Cavitation = new(FaultKind.Cavitation, null, null, TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(20), 0.8, TimeSpan.FromSeconds(4));

    [Fact]
    public void Severity_climbs_its_ramp_and_falls_at_the_end()
    {
        var board = new FaultBoard("P-101", 1, [Cavitation]);
        double At(double seconds)
        {
            board.Advance(TimeSpan.FromSeconds(seconds));
            return board.Severity(FaultKind.Cavitation, TimeSpan.FromSeconds(seconds));
        }

        Assert.Equal(0, At(9.9));
        Assert.Equal(0, At(10));
        Assert.Equal(0.4, At(12), 9);
        Assert.Equal(0.8, At(14), 9);
        Assert.Equal(0.8, At(29.9), 9);
        Assert.Equal(0, At(30));
    }

    [Fact]
    public void Clearing_ends_what_is_on_and_forgets_what_waits()
    {
        var board = new FaultBoard("P-101", 1, [Cavitation, Cavitation with { At = TimeSpan.FromSeconds(100) }]);
        Assert.True(Assert.Single(board.Advance(TimeSpan.FromSeconds(12))).Active);
        TruthChange ended = Assert.Single(board.Clear(TimeSpan.FromSeconds(15)));
        Assert.False(ended.Active);
        Assert.Equal(TimeSpan.FromSeconds(12), ended.Since);
        Assert.Empty(board.Advance(TimeSpan.FromSeconds(101)));
        Assert.False(board.IsActive(FaultKind.Cavitation, null));
    }
}
