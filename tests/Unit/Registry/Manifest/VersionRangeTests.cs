using EdgeRuntime.Registry.Manifest;
using Xunit;

namespace EdgeRuntime.Tests.Unit.Registry.Manifest;

public sealed class VersionRangeTests
{
    [Theory]
    [InlineData(">=1.31.1 <1.32", "1.31.1", true)]
    [InlineData(">=1.31.1 <1.32", "1.31.0", false)]
    [InlineData(">=1.31.1 <1.32", "1.31.9", true)]
    [InlineData(">=1.31.1 <1.32", "1.32.0", false)]
    [InlineData(">=1.31.1 <1.32", "1.31.2+cuda", true)]
    [InlineData("1.32", "1.32.0", true)]
    [InlineData("=1", "1.0.0", true)]
    [InlineData(">1.2.3 <=2", "1.2.3", false)]
    [InlineData(">1.2.3 <=2", "2.0.0", true)]
    [InlineData(">=1.0.0", "a.b", false)]
    [InlineData("^3.0.0", "3.9.1", true)]
    [InlineData("^3.0.0", "4.0.0", false)]
    [InlineData("^0.2.0", "0.3.0", false)]
    public void A_version_is_inside_when_every_condition_holds(string range, string version, bool inside) =>
        Assert.Equal(inside, VersionRange.TryParse(range)!.Contains(version));

    [Theory]
    [InlineData("")]
    [InlineData("^x")]
    [InlineData(">= 1.0")]
    [InlineData("1.2.3.4")]
    [InlineData(">=")]
    public void What_is_no_condition_is_not_guessed(string text) => Assert.Null(VersionRange.TryParse(text));
}
