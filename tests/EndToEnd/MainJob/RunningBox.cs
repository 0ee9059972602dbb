using System.Diagnostics;
using System.Text.Json;
using EdgeRuntime.Facts;
using EdgeRuntime.Journal;
using EdgeRuntime.Journal.Disks;
using EdgeRuntime.Tests.Kit;

namespace EdgeRuntime.Tests.EndToEnd.MainJob;

/// <summary>What a test asks of a box from outside: its status over HTTP and its journal on disk.</summary>
static class RunningBox
{
    /// <summary>For hangs only: a loaded machine may take its time.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    static readonly HttpClient Http = new() { Timeout = TimeSpan.FromSeconds(10) };

    public static async Task<ProductProcess> StartAsync(BoxFolder box)
    {
        ProductProcess service = ProductProcess.Start("edgeruntime", "run", "--settings", box.Settings);
        try
        {
            await box.WhenHealthyAsync(service, Patience);
            return service;
        }
        catch
        {
            service.Dispose();
            throw;
        }
    }

    public static async Task<JsonElement> StatusAsync(BoxFolder box)
    {
        using JsonDocument document = JsonDocument.Parse(await Http.GetStringAsync(new Uri(box.Url + "/api/v1/status")));
        return document.RootElement.Clone();
    }

    /// <summary>State and sentence of a source.</summary>
    public static async Task<(string State, string Sentence)> SourceAsync(BoxFolder box, string name)
    {
        JsonElement source = (await StatusAsync(box)).GetProperty("sources").EnumerateArray().Single(s => s.GetProperty("name").GetString() == name);
        return (source.GetProperty("state").GetString()!, source.GetProperty("sentence").GetString()!);
    }

    public static Task WhenSourceIsAsync(BoxFolder box, string name, string state) =>
        WhenAsync($"source {name} is {state}", async () => (await SourceAsync(box, name)).State == state);

    public static Task WhenAsync(string what, Func<bool> holds) => WhenAsync(what, () => Task.FromResult(holds()));

    public static async Task WhenAsync(string what, Func<Task<bool>> holds)
    {
        long began = Stopwatch.GetTimestamp();
        while (true)
        {
            try
            {
                if (await holds())
                    return;
            }
            catch (Exception e) when (e is HttpRequestException or System.Net.Sockets.SocketException)
            {
                // Not there at the moment: some tests take the service away.
            }

            if (Stopwatch.GetElapsedTime(began) > Patience)
                throw new TimeoutException($"Waited {Patience} in vain until {what}.");
            await Task.Delay(100);
        }
    }

    public static List<StoredBatch> Journal(BoxFolder box) => [.. JournalReader.Open(Path.Combine(box.Data, "journal"), new RealDisk()).Read()];

    public static int DecisionsIn(BoxFolder box) => Journal(box).Sum(b => b.Batch.Facts.Count(f => f is Decision));

    /// <summary>Runs a verb on the box's settings.</summary>
    public static Task<(int Exit, string Output, string Errors)> VerbAsync(string verb, BoxFolder box, params string[] more) =>
        ProductProcess.RunAsync(Patience, "edgeruntime", [verb, "--settings", box.Settings, .. more]);
}
