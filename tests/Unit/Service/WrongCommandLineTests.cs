using System.CommandLine;
using EdgeRuntime.Service.Verbs;
using Xunit;

namespace EdgeRuntime.Tests.Unit.Service;

public sealed class WrongCommandLineTests
{
    [Theory]
    [InlineData("nonsense")]
    [InlineData("ftp://127.0.0.1/")]
    public async Task An_address_that_is_none_is_refused_in_a_sentence(string url)
    {
        var root = new RootCommand { StatusVerb.Command() };

        int exit = await root.Parse(["status", "--url", url]).InvokeAsync(cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal(Exit.Refused, exit);
    }

    [Theory]
    [InlineData("99999999999h")]
    [InlineData("P99999999999D")]
    [InlineData("0s")]
    [InlineData("3x")]
    public void A_span_that_is_none_is_an_error_of_the_command_line(string span)
    {
        var root = new RootCommand { DemoVerb.Command() };

        Assert.Contains(root.Parse(["demo", "--for", span]).Errors, e => e.Message.StartsWith($"'{span}' is not a span of time", StringComparison.Ordinal));
    }
}
