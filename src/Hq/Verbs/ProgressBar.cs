using Spectre.Console;

namespace EdgeRuntime.Hq.Verbs;

/// <summary>A bar on a person's terminal while a verb works for more than a second; nothing where standard error is piped or the output is JSON.</summary>
static class ProgressBar
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);
    static readonly TimeSpan Refresh = TimeSpan.FromMilliseconds(100);

    /// <param name="quiet">The output is for a script.</param>
    /// <param name="work">Tells the share that is done, as often as it likes; null: nobody looks.</param>
    internal static T Show<T>(bool quiet, string what, Func<IProgress<double>?, T> work) => quiet || Console.IsErrorRedirected
        ? work(null)
        : Show(AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) }), Patience, what, work);

    internal static T Show<T>(IAnsiConsole console, TimeSpan patience, string what, Func<IProgress<double>?, T> work)
    {
        var share = new Share();
        var working = Task.Run(() => work(share));
        if (!Ended(working, patience))
        {
            console.Progress().AutoClear(true).Start(context =>
            {
                ProgressTask bar = context.AddTask(what, maxValue: 1);
                while (!Ended(working, Refresh))
                {
                    bar.Value = share.Value;
                    // Until something is told: it moves, and promises nothing.
                    bar.IsIndeterminate = bar.Value == 0;
                }

                bar.IsIndeterminate = false;
                bar.Value = bar.MaxValue;
            });
        }

        return working.GetAwaiter().GetResult();
    }

    /// <summary>Without throwing what the work threw: that is for who asks for the result.</summary>
    static bool Ended(Task working, TimeSpan within) => ((IAsyncResult)working).AsyncWaitHandle.WaitOne(within);

    sealed class Share : IProgress<double>
    {
        double _value;

        internal double Value => Volatile.Read(ref _value);

        public void Report(double value) => Volatile.Write(ref _value, value);
    }
}
