using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using EdgeRuntime.Inference.Accelerators;
using EdgeRuntime.Journal;
using EdgeRuntime.Mqtt;
using EdgeRuntime.Settings;

namespace EdgeRuntime.Service.Verbs;

/// <summary>How verbs speak: text for people on standard output, one JSON object for scripts, one plain sentence on standard error when they must refuse.</summary>
static class VerbOutput
{
    public static readonly JsonSerializerOptions JsonOptions = new(JsonSerializerDefaults.Web)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.KebabCaseLower) },
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    };

    public static void Say(string text) => Console.Out.WriteLine(text);

    public static void SayJson<T>(T value) => Console.Out.WriteLine(JsonSerializer.Serialize(value, JsonOptions));

    /// <summary>Damage that reading went on behind; told beside the answer, which does not suffer by it.</summary>
    public static void SayMended(DamagedFrame damage) => Console.Error.WriteLine(
        FormattableString.Invariant($"{damage.Segment} is damaged at byte {damage.Offset}: {damage.What}. The bytes were computed again and nothing is lost; stop the service and run 'edgeruntime repair'."));

    public static int Refuse(string sentence)
    {
        Console.Error.WriteLine(sentence);
        return Exit.Refused;
    }

    /// <summary>Runs a verb; what the world did wrong becomes one sentence and an exit code, never a stack trace.</summary>
    public static async Task<int> Guard(Func<Task<int>> verb)
    {
        try
        {
            return await verb().ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            return Exit.Refused;
        }
        catch (SettingsException e)
        {
            foreach (SettingsViolation violation in e.Violations)
                Console.Error.WriteLine(violation);
            return Exit.Refused;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JournalCorruptException or AcceleratorException or MqttDownException or VerbRefusedException)
        {
            return Refuse(e.Message);
        }
    }
}

/// <summary>A verb cannot do its work; the message is the one sentence that says why and what to do.</summary>
sealed class VerbRefusedException(string sentence) : Exception(sentence);
