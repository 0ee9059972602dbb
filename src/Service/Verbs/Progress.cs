using Spectre.Console;

namespace EdgeRuntime.Service.Verbs;

/// <summary>A bar on a person's terminal while a verb works for more than a second; nothing where the output is piped, or is JSON.</summary>
static class Progress
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);
    static readonly TimeSpan Refresh = TimeSpan.FromMilliseconds(100);

    /// <param name="quiet">The output is for a script.</param>
    /// <param name="total">How far it will go; asked only when a bar is shown.</param>
    /// <param name="work">Tells how far it is, as often as it likes.</param>
    public static T Show<T>(bool quiet, string what, Func<long> total, Func<Action<long>, T> work)
    {
        if (quiet || Console.IsErrorRedirected || Console.IsOutputRedirected)
            return work(_ => { });
        return Show(AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) }), Patience, what, total, work);
    }

    internal static T Show<T>(IAnsiConsole console, TimeSpan patience, string what, Func<long> total, Func<Action<long>, T> work)
    {
        long at = 0;
        var working = Task.Run(() => work(now => Volatile.Write(ref at, now)));
        if (!Ended(working, patience))
        {
            console.Progress().AutoClear(true).Start(context =>
            {
                ProgressTask bar = context.AddTask(what, maxValue: Math.Max(1, total()));
                while (!Ended(working, Refresh))
                    bar.Value = Volatile.Read(ref at);
                bar.Value = bar.MaxValue;
            });
        }

        return working.GetAwaiter().GetResult();
    }

    /// <summary>Without throwing what the work threw: that is for who asks for the result.</summary>
    static bool Ended(Task working, TimeSpan within) => ((IAsyncResult)working).AsyncWaitHandle.WaitOne(within);
}
