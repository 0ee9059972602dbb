using System.Net.Sockets;
using System.Text;

namespace EdgeRuntime.Tests.Kit;

/// <summary>A box on disk: settings, site documents, registry and data in a folder of its own that is deleted at the end.</summary>
public sealed class BoxFolder : IDisposable
{
    public BoxFolder(int httpPort, bool allowUnsigned = true)
    {
        Folder = Directory.CreateTempSubdirectory("edgeruntime-test-").FullName;
        Directory.CreateDirectory(Site);
        Directory.CreateDirectory(Registry);
        HttpPort = httpPort;
        WriteSettings(allowUnsigned);
    }

    public string Folder { get; }

    public int HttpPort { get; }

    public string Settings => Path.Combine(Folder, "appsettings.json");

    public string Site => Path.Combine(Folder, "site");

    public string Registry => Path.Combine(Folder, "registry");

    public string Data => Path.Combine(Folder, "data");

    public string Url => FormattableString.Invariant($"http://127.0.0.1:{HttpPort}");

    public void WriteSettings(bool allowUnsigned, string? data = null) => File.WriteAllText(Settings, $$"""
        {
          "data": "{{data ?? "./data"}}",
          "site": "./site",
          "http": { "address": "127.0.0.1", "port": {{HttpPort}} },
          "registry": { "folder": "./registry", "allowUnsigned": {{(allowUnsigned ? "true" : "false")}} },
          "broker": { "enabled": false, "address": "127.0.0.1", "port": 1883 },
          "journal": { "segmentBytes": 16777216, "commitAfter": "PT0.005S" },
          "inference": { "nativeLibrary": "" },
          "hmi": { "history": "PT10M", "pxPerMm": 4 },
          "log": { "level": "information", "folder": "./log", "keepDays": 14 }
        }
        """);

    /// <summary>Writes a document of the site.</summary>
    public BoxFolder With(string name, string text)
    {
        File.WriteAllText(Path.Combine(Site, name), text, new UTF8Encoding(false));
        return this;
    }

    /// <summary>Waits until /health answers.</summary>
    public async Task WhenHealthyAsync(ProductProcess service, TimeSpan patience)
    {
        using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(2) };
        using var limit = new CancellationTokenSource(patience);
        while (true)
        {
            if (service.HasExited)
                throw new InvalidOperationException($"The service ended with {service.ExitCode}: {service.Errors}");
            try
            {
                using HttpResponseMessage answer = await http.GetAsync(new Uri(Url + "/health"), limit.Token);
                if (answer.IsSuccessStatusCode)
                    return;
            }
            catch (Exception e) when (e is HttpRequestException or SocketException or IOException || (e is TaskCanceledException && !limit.IsCancellationRequested))
            {
                // Not there yet; or it was the start's own look whether the port is free that answered and hung up.
            }

            if (limit.IsCancellationRequested)
                throw new TimeoutException($"{Url}/health did not answer within {patience}. The service said: {service.Errors}");
            await Task.Delay(20, CancellationToken.None);
        }
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
