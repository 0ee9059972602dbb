using EdgeRuntime.Hq.Releases;
using EdgeRuntime.Settings;
using Xunit;

namespace EdgeRuntime.Tests.Unit.Hq.Releases;

public sealed class YamlTextTests
{
    [Theory]
    [InlineData("plain")]
    [InlineData("")]
    [InlineData("he said \"no\": {a, [b]} # not a comment \\ end")]
    [InlineData("two\nlines\tand a bell \u0007 and a \u2028 and \ufeff")]
    [InlineData("2026-01-01T00:00:00Z")]
    [InlineData("0123456789")]
    [InlineData("12e34")]
    [InlineData("null")]
    [InlineData("°C µm 日本")]
    public void A_text_is_read_back_as_it_was(string text)
    {
        SettingsDocument document = SettingsDocument.Parse("x.yaml", new YamlText().Line(0, "a", YamlText.Map(("t", text), ("u", 1))).ToBytes());
        SettingsNode section = document.Root.Section("a");
        Assert.Equal(text, section.OptionalText("t"));
        Assert.Equal(1, section.Integer("u"));
        document.ThrowIfInvalid();
    }

    [Theory]
    [InlineData(0.1)]
    [InlineData(-0.0)]
    [InlineData(1e300)]
    [InlineData(1.0 / 3)]
    [InlineData(5e-324)]
    [InlineData(38_600_000)]
    public void A_number_is_read_back_to_the_bit(double number)
    {
        SettingsDocument document = SettingsDocument.Parse("x.yaml", new YamlText().Line(0, "a", number).ToBytes());
        Assert.Equal(BitConverter.DoubleToInt64Bits(number), BitConverter.DoubleToInt64Bits(document.Root.Number("a")));
    }
}
