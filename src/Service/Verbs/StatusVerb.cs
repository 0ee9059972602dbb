using System.CommandLine;
using System.Net.Sockets;
using System.Text.Json;
using System.Text.Json.Nodes;
using EdgeRuntime.Facts;
using EdgeRuntime.Fallback;
using EdgeRuntime.Journal;
using EdgeRuntime.Service.Box;
using EdgeRuntime.Telemetry.Gaps;

namespace EdgeRuntime.Service.Verbs;

/// <summary><c>edgeruntime status</c>: what the running service says, or, when none runs, what its journal holds.</summary>
static class StatusVerb
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    static readonly JsonSerializerOptions IndentedJson = new(VerbOutput.JsonOptions) { WriteIndented = true };

    public static Command Command()
    {
        var url = new Option<string?>("--url") { Description = "Address of the running service; unless given, the one of the settings." };
        Option<string> settings = VerbOptions.Settings();
        Option<string?> data = VerbOptions.Data();
        Option<bool> json = VerbOptions.Json();
        var command = new Command("status", "What the service is doing, as JSON (indented unless --json): sources, counts, and per asset its release, answer and rung. Example: edgeruntime status --json") { url, settings, data, json };
        command.SetAction((parsed, stop) => VerbOutput.Guard(async () =>
        {
            string? folder = parsed.GetValue(data);
            string? address = parsed.GetValue(url);
            if (address is null && folder is null)
            {
                BoxSettings box = BoxSettings.Load(parsed.GetValue(settings)!);
                address = new UriBuilder("http", box.HttpAddress, box.HttpPort).Uri.ToString();
                folder = box.Data;
            }

            if (address is not null && (!Uri.TryCreate(address, UriKind.Absolute, out Uri? service) || service.Scheme is not ("http" or "https")))
                throw new VerbRefusedException($"--url is '{address}'; it must be an address such as http://127.0.0.1:8080.");
            if (address is not null && await AskAsync(address, stop).ConfigureAwait(false) is { } answer)
            {
                VerbOutput.Say(answer.ToJsonString(parsed.GetValue(json) ? VerbOutput.JsonOptions : IndentedJson));
                return Exit.Ok;
            }

            if (folder is null || !Directory.Exists(Path.Combine(folder, "journal")))
                throw new VerbRefusedException($"No service answers at {address ?? "the given address"}. Start it with: edgeruntime run");
            TellJournal(DataFolder.Open(folder, parsed.GetValue(settings)!, TimeProvider.System), parsed.GetValue(json));
            return Exit.Found;
        }));
        return command;
    }

    /// <summary>What the service says of itself, with its assets (release, answer, rung, breaker) under <c>assets</c>; null when nobody answers.</summary>
    static async Task<JsonObject?> AskAsync(string address, CancellationToken stop)
    {
        using var http = new HttpClient { Timeout = Patience };
        try
        {
            JsonNode? status = JsonNode.Parse(await http.GetStringAsync(new Uri(new Uri(address), "/api/v1/status"), stop).ConfigureAwait(false));
            JsonNode? assets = JsonNode.Parse(await http.GetStringAsync(new Uri(new Uri(address), "/api/v1/assets"), stop).ConfigureAwait(false));
            JsonObject said = status!.AsObject();
            said["assets"] = assets;
            return said;
        }
        catch (Exception e) when (e is HttpRequestException or SocketException or TaskCanceledException)
        {
            return null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new VerbRefusedException($"What answers at {address} is not this service. Give the right address with --url.");
        }
    }

    static void TellJournal(DataFolder folder, bool json)
    {
        long frames = 0, decisions = 0;
        Decision? last = null;
        var classes = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (StoredBatch batch in folder.Read())
        {
            frames++;
            foreach (Fact fact in batch.Batch.Facts)
            {
                decisions += fact is Decision ? 1 : 0;
                last = fact as Decision ?? last;
                if (fact is Qualification found)
                    classes[$"{found.Asset} {FloorWords.Of(found.Role)}"] = found.Class.ToString();
            }
        }

        GapView gaps = GapsVerb.ViewOf(folder);
        long closed = gaps.Totals.Sum(t => t.Gaps);
        (long stored, long refused) = (gaps.Account.Stored, gaps.Account.RefusedTotal);
        if (json)
            VerbOutput.SayJson(new { Running = false, folder.Path, Frames = frames, gaps.Account.Received, Stored = stored, Refused = refused, Decisions = decisions, Gaps = closed, OpenGaps = gaps.Open.Count, Determinism = classes });
        else
            VerbOutput.Say($"The service is not running. {folder.Path} holds {frames} frames: received {gaps.Account.Received} = stored {stored} + refused {refused} values, {decisions} decisions, {closed} gaps"
                + (last is null ? "." : $"; the last one about {last.Asset} at {last.At}: {last.State} from rung {Words.Of(last.Rung)}.")
                + (classes.Count == 0 ? "" : $" Determinism class: {string.Join(", ", classes.Select(c => $"{c.Key} {c.Value}"))}."));
    }
}
