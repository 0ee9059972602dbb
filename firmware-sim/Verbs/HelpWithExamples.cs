using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace EdgeRuntime.FirmwareSim.Verbs;

/// <summary>The usual help, and below it the lines that a person would type.</summary>
sealed class HelpWithExamples(HelpAction usual, IReadOnlyDictionary<Command, string> examples) : SynchronousCommandLineAction
{
    public override int Invoke(ParseResult parseResult)
    {
        int code = usual.Invoke(parseResult);
        if (examples.TryGetValue(parseResult.CommandResult.Command, out string? lines))
        {
            parseResult.InvocationConfiguration.Output.WriteLine("Examples:");
            parseResult.InvocationConfiguration.Output.WriteLine(lines);
        }

        return code;
    }
}
