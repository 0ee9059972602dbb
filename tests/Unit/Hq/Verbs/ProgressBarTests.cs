using EdgeRuntime.Hq.Verbs;
using Spectre.Console;
using Xunit;

namespace EdgeRuntime.Tests.Unit.Hq.Verbs;

public sealed class ProgressBarTests
{
    [Fact]
    public void Long_work_shows_how_far_it_is()
    {
        using var drawn = new ManualResetEventSlim();
        var screen = new Screen(drawn);
        Assert.Equal(7, ProgressBar.Show(Terminal(screen), TimeSpan.Zero, "training", progress =>
        {
            progress!.Report(0.5);
            Assert.True(drawn.Wait(TimeSpan.FromMinutes(1)), "The bar was not drawn.");
            return 7;
        }));
    }

    [Fact]
    public void Short_work_shows_nothing_and_what_it_throws_is_thrown()
    {
        var screen = new Screen(null);
        Assert.Throws<IOException>(() => ProgressBar.Show<int>(Terminal(screen), TimeSpan.FromMinutes(1), "training", _ => throw new IOException("No disk.")));
        Assert.Equal("", screen.ToString());
    }

    [Fact]
    public void A_script_is_never_shown_a_bar() => Assert.True(ProgressBar.Show(quiet: true, "training", progress => progress is null));

    static IAnsiConsole Terminal(TextWriter screen) => AnsiConsole.Create(new AnsiConsoleSettings
    {
        Out = new AnsiConsoleOutput(screen), Interactive = InteractionSupport.Yes, Ansi = AnsiSupport.Yes, ColorSystem = ColorSystemSupport.NoColors,
    });

    /// <summary>Says when half of the work has been drawn.</summary>
    sealed class Screen(ManualResetEventSlim? drawn) : StringWriter
    {
        public override void Write(string? value)
        {
            base.Write(value);
            if (value?.Contains("50%", StringComparison.Ordinal) == true)
                drawn?.Set();
        }

        public override void Write(char[] buffer, int index, int count) => Write(new string(buffer, index, count));
    }
}
