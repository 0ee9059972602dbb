using System.CommandLine;
using System.Text.Json;
using EdgeRuntime.Gateway;
using EdgeRuntime.Hq.Evaluation;
using EdgeRuntime.Hq.Keys;
using EdgeRuntime.Hq.Training;
using EdgeRuntime.Registry;
using EdgeRuntime.Settings;

namespace EdgeRuntime.Hq.Verbs;

/// <summary>How every verb ends: with what it made said, or with one sentence for everything that is wrong.</summary>
static class VerbEnd
{
    /// <summary>Everything went well.</summary>
    internal const int Done = 0;

    /// <summary>The command line, the recipe, the data or the folder is wrong; what and where was said.</summary>
    internal const int Refused = 2;

    /// <param name="run">Gives what is said at the end.</param>
    internal static int Of(ParseResult parsed, bool asJson, Func<string> run)
    {
        try
        {
            parsed.InvocationConfiguration.Output.Write(run());
            return Done;
        }
        catch (Exception e) when (e is SettingsException or TrainingException or EvaluationException or KeyException
            or ReleaseRefusedException or ArmRefusedException or IOException or UnauthorizedAccessException)
        {
            if (asJson)
                parsed.InvocationConfiguration.Output.WriteLine(JsonSerializer.Serialize(new { errors = e is SettingsException s ? [.. s.Violations.Select(v => v.ToString())] : new[] { e.Message } }));
            else
                parsed.InvocationConfiguration.Error.WriteLine(e.Message);
            return Refused;
        }
    }
}
