using Spectre.Console;
using Xunit;

namespace EdgeRuntime.Tests.Unit.Service;

public sealed class ProgressTests
{
    [Fact]
    public void Work_that_takes_longer_than_the_patience_shows_how_far_it_is()
    {
        using var drawn = new ManualResetEventSlim();
        var screen = new Screen(drawn);
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(screen),
            Interactive = InteractionSupport.Yes,
            Ansi = AnsiSupport.Yes,
            ColorSystem = ColorSystemSupport.NoColors,
        });

        int result = EdgeRuntime.Service.Verbs.Progress.Show(console, TimeSpan.Zero, "Computing again", () => 100, at =>
        {
            at(50);
            Assert.True(drawn.Wait(TimeSpan.FromMinutes(1)), "The bar was not drawn.");
            return 7;
        });

        Assert.Equal(7, result);
        Assert.Contains("Computing again", screen.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Short_work_shows_nothing_and_what_it_throws_is_thrown()
    {
        var screen = new Screen(null);
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(screen), Interactive = InteractionSupport.Yes, Ansi = AnsiSupport.Yes });

        Assert.Throws<IOException>(() => EdgeRuntime.Service.Verbs.Progress.Show<int>(console, TimeSpan.FromMinutes(1), "Nothing", () => 1, _ => throw new IOException("No disk.")));
        Assert.Equal("", screen.ToString());
    }

    [Fact]
    public void A_script_is_never_shown_a_bar() => Assert.Equal(7, EdgeRuntime.Service.Verbs.Progress.Show(quiet: true, "Nothing", () => throw new InvalidOperationException(), _ => 7));

    /// <summary>Says when the description has been drawn.</summary>
    sealed class Screen(ManualResetEventSlim? drawn) : StringWriter
    {
        public override void Write(string? value)
        {
            base.Write(value);
            if (value?.Contains("Computing", StringComparison.Ordinal) == true)
                drawn?.Set();
        }

        public override void Write(char[] buffer, int index, int count) => Write(new string(buffer, index, count));
    }
}
