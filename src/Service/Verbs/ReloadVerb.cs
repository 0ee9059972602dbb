using System.CommandLine;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using EdgeRuntime.Service.Box;
using EdgeRuntime.Service.Runtime;

namespace EdgeRuntime.Service.Verbs;

/// <summary><c>edgeruntime reload</c>: the site's documents as they are now take effect in the running service.</summary>
static class ReloadVerb
{
    /// <summary>New models are loaded and repeat their golden runs first.</summary>
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    public static Command Command()
    {
        var why = new Option<string>("--why") { Description = "The reason, for the record.", DefaultValueFactory = _ => "" };
        Option<string> settings = VerbOptions.Settings();
        Option<bool> json = VerbOptions.Json();
        var command = new Command("reload", "Put changed site documents in force without a restart; with anything wrong in them nothing changes. Example: edgeruntime reload --why \"new limit for vibration\"") { why, settings, json };
        command.SetAction((parsed, stop) => VerbOutput.Guard(async () =>
        {
            BoxSettings box = BoxSettings.Load(parsed.GetValue(settings)!);
            ReloadResult done = await AskAsync(box, parsed.GetValue(why)!, stop).ConfigureAwait(false);
            if (parsed.GetValue(json))
                VerbOutput.SayJson(done);
            else
                Tell(done);
            return Exit.Ok;
        }));
        return command;
    }

    static async Task<ReloadResult> AskAsync(BoxSettings box, string why, CancellationToken stop)
    {
        Uri door = new UriBuilder("http", box.HttpAddress, box.HttpPort, "/api/v1/reload").Uri;
        using var http = new HttpClient { Timeout = Patience };
        try
        {
            using HttpResponseMessage answer = await http.PostAsJsonAsync(door, new ReloadRequest(Environment.UserName, why), VerbOutput.JsonOptions, stop).ConfigureAwait(false);
            if (answer.IsSuccessStatusCode)
                return (await answer.Content.ReadFromJsonAsync<ReloadResult>(VerbOutput.JsonOptions, stop).ConfigureAwait(false))!;
            if (answer.StatusCode is HttpStatusCode.UnprocessableEntity or HttpStatusCode.ServiceUnavailable or HttpStatusCode.BadRequest
                && await answer.Content.ReadFromJsonAsync<ReloadRefusal>(VerbOutput.JsonOptions, stop).ConfigureAwait(false) is { Violations.Count: > 0 } refusal)
                throw new VerbRefusedException($"{string.Join(Environment.NewLine, refusal.Violations)}{Environment.NewLine}Nothing was reloaded; the site goes on as it was.");
            throw new VerbRefusedException($"What answers at {door} is not this service, or another version of it (HTTP {(int)answer.StatusCode}).");
        }
        catch (Exception e) when (e is HttpRequestException or SocketException)
        {
            throw new VerbRefusedException($"No service answers at {door}. The next start takes the documents as they are: edgeruntime run");
        }
        catch (JsonException)
        {
            throw new VerbRefusedException($"What answers at {door} is not this service.");
        }
    }

    static void Tell(ReloadResult done)
    {
        VerbOutput.Say(done.Documents.Count + done.Assets.Count + done.Sources.Count == 0 ? "Reloaded; nothing is other than before." : "Reloaded.");
        TellNames("documents", done.Documents);
        TellNames("assets", done.Assets);
        TellNames("sources", done.Sources);
        if (done.Outputs)
            VerbOutput.Say("  outputs: started anew");
        foreach (string sentence in done.Sentences)
            VerbOutput.Say(sentence);
    }

    static void TellNames(string what, IReadOnlyList<string> names)
    {
        if (names.Count > 0)
            VerbOutput.Say($"  {what}: {string.Join(", ", names)}");
    }
}
