using System.Globalization;
using System.Text.Json;
using EdgeRuntime.Tests.Kit;
using Xunit;

namespace EdgeRuntime.Tests.EndToEnd.MainJob;

/// <summary>The demo as a newcomer runs it, unattended. Times are asserted only in an acceptance run: a test must not depend on what else the machine does.</summary>
public sealed class DemoTests
{
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(4);

    [Fact]
    public async Task The_demo_catches_the_fault_says_so_and_replays_to_the_same_bits()
    {
        long began = TimeProvider.System.GetTimestamp();
        using ProductProcess demo = ProductProcess.Start("edgeruntime", "demo", "--for", "40s", "--json", "--port", "0");
        TimeSpan firstDecision = await WhenSaidAsync(demo, "will begin to cavitate", began);
        TimeSpan caught = await WhenSaidAsync(demo, "P-101 is ANOMALY", began);
        (int exit, string output, string errors) = await demo.EndAsync(Patience);

        Assert.True(exit == 0, output + errors);
        JsonElement report = JsonDocument.Parse(output.TrimEnd().Split('\n')[^1]).RootElement;
        long received = report.GetProperty("received").GetInt64(), stored = report.GetProperty("stored").GetInt64();
        long accounted = report.GetProperty("accounted").EnumerateObject().Sum(c => c.Value.GetInt64());
        long decisions = report.GetProperty("decisions").GetInt64();
        JsonElement replay = report.GetProperty("replay");
        Assert.Equal(received, stored + accounted);
        Assert.True(stored > 2000 && decisions > 20, output);
        Assert.True(report.GetProperty("anomalies").GetInt64() >= 1, output);
        Assert.Equal((decisions, decisions, 0L), (replay.GetProperty("checked").GetInt64(), replay.GetProperty("identical").GetInt64(), replay.GetProperty("different").GetInt64()));
        Assert.Equal(0, report.GetProperty("errors").GetArrayLength());
        Assert.StartsWith("http://127.0.0.1:", report.GetProperty("hmi").GetString(), StringComparison.Ordinal);
        Assert.True(report.GetProperty("decisionLatencyUs").GetProperty("p99").GetDouble() > 0);
        // The fault begins 8 s after it was asked for.
        double afterOnset = (caught - firstDecision).TotalSeconds - 8;
        Figures.Say(string.Create(CultureInfo.InvariantCulture,
            $"demo: first decision {firstDecision.TotalSeconds:0.0} s after the process started; fault caught {afterOnset:0.0} s after its onset; {stored} of {received} values stored, {accounted} accounted; {decisions} decisions, all identical; latency p50 {report.GetProperty("decisionLatencyUs").GetProperty("p50").GetDouble():0} us, p99 {report.GetProperty("decisionLatencyUs").GetProperty("p99").GetDouble():0} us"));
        if (Figures.IsAcceptance)
            Assert.True(firstDecision.TotalSeconds <= 15 && afterOnset <= 15, "A limit of the acceptance was missed.");
    }

    [Fact]
    public async Task A_port_in_use_gives_one_plain_sentence()
    {
        using var listener = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        listener.Start();
        int port = ((System.Net.IPEndPoint)listener.LocalEndpoint).Port;

        (int exit, _, string errors) = await ProductProcess.RunAsync(Patience, "edgeruntime", "demo", "--for", "5s", "--port", port.ToString(CultureInfo.InvariantCulture));

        Assert.Equal(2, exit);
        Assert.Contains($"Port {port} on 127.0.0.1 is in use.", errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_data_folder_that_the_user_names_is_kept_and_can_be_verified_replayed_and_explained()
    {
        string data = Directory.CreateTempSubdirectory("edgeruntime-demo-data-").FullName;
        try
        {
            (int exit, string output, string errors) = await ProductProcess.RunAsync(Patience, "edgeruntime", "demo", "--for", "8s", "--port", "0", "--data", data, "--json");
            Assert.True(exit == 0, output + errors);
            (int verified, string said, _) = await ProductProcess.RunAsync(Patience, "edgeruntime", "verify", "--data", data);
            Assert.True(verified == 0, said);
            (int status, string counts, string statusErrors) = await ProductProcess.RunAsync(Patience, "edgeruntime", "status", "--data", data);
            Assert.True(status == 1, counts + statusErrors);
            Assert.Contains("decisions", counts, StringComparison.Ordinal);
            (int replayed, string report, _) = await ProductProcess.RunAsync(Patience, "edgeruntime", "replay", "--all", "--data", data);
            Assert.True(replayed == 0, report);
        }
        finally
        {
            Directory.Delete(data, recursive: true);
        }
    }

    static async Task<TimeSpan> WhenSaidAsync(ProductProcess demo, string words, long began)
    {
        using var limit = new CancellationTokenSource(Patience);
        while (!demo.Errors.Contains(words, StringComparison.Ordinal))
        {
            Assert.False(demo.HasExited, $"The demo ended without saying '{words}': {demo.Errors}");
            await Task.Delay(20, limit.Token);
        }

        return TimeProvider.System.GetElapsedTime(began);
    }
}
