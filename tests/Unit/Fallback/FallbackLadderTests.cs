using EdgeRuntime.Facts;
using EdgeRuntime.Fallback;
using Xunit;

namespace EdgeRuntime.Tests.Unit.Fallback;

public sealed class FallbackLadderTests
{
    [Fact]
    public void When_every_rung_refuses_the_answer_says_low_confidence()
    {
        var ladder = new FallbackLadder<int, string>(
        [
            new(Rung.Primary, _ => RungResult.Refused<string>(CallOutcome.BreakerOpen)),
            new(Rung.Cached, _ => RungResult.Refused<string>(CallOutcome.InputStale)),
            new(Rung.Rules, _ => RungResult.Refused<string>(CallOutcome.InputIncomplete)),
            new(Rung.LowConfidence, _ => RungResult.Gave("nobody")),
        ]);

        LadderResult<string> result = ladder.Ask(1);

        Assert.Equal(Rung.LowConfidence, result.Rung);
        Assert.Equal(
            [new(Rung.Primary, CallOutcome.BreakerOpen), new(Rung.Cached, CallOutcome.InputStale), new(Rung.Rules, CallOutcome.InputIncomplete)],
            result.Refusals);
    }

    [Fact]
    public void The_first_rung_that_answers_ends_the_asking()
    {
        int asked = 0;
        var ladder = new FallbackLadder<int, string>(
        [
            new(Rung.Primary, _ => RungResult.Gave("yes")),
            new(Rung.Rules, _ => { asked++; return RungResult.Gave("no"); }),
            new(Rung.LowConfidence, _ => { asked++; return RungResult.Gave("nobody"); }),
        ]);

        LadderResult<string> result = ladder.Ask(1);

        Assert.Equal((Rung.Primary, "yes", 0, 0), (result.Rung, result.Answer, result.Refusals.Count, asked));
    }

    [Fact]
    public void A_ladder_that_does_not_end_in_low_confidence_is_refused() =>
        Assert.Throws<ArgumentException>(() => new FallbackLadder<int, string>([new(Rung.Primary, _ => RungResult.Gave("yes"))]));
}
