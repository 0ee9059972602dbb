using System.CommandLine;
using System.CommandLine.Help;
using EdgeRuntime.Settings;

namespace EdgeRuntime.FirmwareSim.Verbs;

/// <summary>The command line: parses, runs a verb, and turns whatever was asked wrongly into one sentence and an exit code.</summary>
static class FirmwareSimCommand
{
    const string Description = """
        A pretend plant: makes telemetry and says what is true beside it.

        Exit codes: 0 done, 1 wrong option, file or script, 2 no broker, 3 done but something was dropped or refused.
        """;

    const string Examples = """
          firmware-sim simulate --broker 127.0.0.1:1883
          firmware-sim replay --file valve1/0.csv --format skab --speed max
          firmware-sim faults --seed 7 --for PT6H --out faults.yaml
        """;

    public static async Task<int> RunAsync(string[] args, TextWriter output, TextWriter errors, TimeProvider time)
    {
        var simulate = new SimulateVerb(time);
        var replay = new ReplayVerb(time);
        var faults = new FaultsVerb();
        var root = new RootCommand(Description) { simulate.Command, replay.Command, faults.Command };
        var examples = new Dictionary<Command, string>
        {
            [root] = Examples, [simulate.Command] = SimulateVerb.Examples, [replay.Command] = ReplayVerb.Examples, [faults.Command] = FaultsVerb.Examples,
        };
        foreach (HelpOption help in root.Options.OfType<HelpOption>())
            help.Action = new HelpWithExamples((HelpAction)help.Action!, examples);

        ParseResult parsed = root.Parse(args);
        bool wantsHelp = parsed.Action is HelpWithExamples;
        if (parsed.Errors.Count > 0 && !wantsHelp)
        {
            await errors.WriteLineAsync($"{parsed.Errors[0].Message} Try --help.");
            return ExitCode.Usage;
        }

        try
        {
            return await parsed.InvokeAsync(new InvocationConfiguration
            {
                Output = output,
                Error = errors,
                EnableDefaultExceptionHandler = false,
                // Long enough to wait for the last acknowledgements after Ctrl-C or SIGTERM.
                ProcessTerminationTimeout = TimeSpan.FromSeconds(40),
            });
        }
        catch (UsageException e)
        {
            await errors.WriteLineAsync(e.Message);
            return e.ExitCode;
        }
        catch (SettingsException e)
        {
            await errors.WriteLineAsync(e.Message);
            return ExitCode.Usage;
        }
        catch (OperationCanceledException)
        {
            await errors.WriteLineAsync("Stopped before the broker answered.");
            return ExitCode.NoBroker;
        }
    }
}
