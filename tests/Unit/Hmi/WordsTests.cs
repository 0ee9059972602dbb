using EdgeRuntime.Hmi;
using Xunit;

namespace EdgeRuntime.Tests.Unit.Hmi;

public sealed class WordsTests
{
    [Theory]
    [InlineData(-5, "0.0 s")]
    [InlineData(0.44, "0.4 s")]
    [InlineData(12.9, "12 s")]
    [InlineData(185, "3 min 5 s")]
    [InlineData(7_800, "2 h 10 min")]
    [InlineData(273_600, "3 d 4 h")]
    public void A_span_is_said_as_people_say_it(double seconds, string said) =>
        Assert.Equal(said.Replace(' ', '\u202f'), Words.Span((long)(seconds * 1e9)).Replace(' ', '\u202f'));

    [Fact]
    public void Counts_are_grouped_so_that_they_can_be_read() => Assert.Equal("12\u202f345\u202f678", Words.Count(12_345_678));

    [Theory]
    [InlineData(1, 3)]
    [InlineData(10, 2)]
    [InlineData(200, 1)]
    [InlineData(3000, 0)]
    public void A_value_has_as_many_decimals_as_its_scale_needs(double span, int decimals) => Assert.Equal(decimals, Words.Decimals(span));
}
