using System.Security.Cryptography;
using System.Text;
using EdgeRuntime.Facts;
using EdgeRuntime.Fallback.Rules;
using EdgeRuntime.Features;
using EdgeRuntime.Outputs;
using EdgeRuntime.Registry.Trust;
using EdgeRuntime.Service.Box;
using EdgeRuntime.Service.Runtime;
using EdgeRuntime.Settings;
using EdgeRuntime.Settings.Site;
using EdgeRuntime.Telemetry;
using EdgeRuntime.Tests.Kit;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace EdgeRuntime.Tests.Unit.Service;

public sealed class RuntimeSessionTests : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("edgeruntime-test-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_start_whose_first_words_cannot_be_stored_lets_go_of_the_broker_and_the_journal()
    {
        // More activations than a frame of the smallest segment holds.
        BoxSettings box = Box(FreePort.Next());
        await Assert.ThrowsAnyAsync<ArgumentException>(() => RuntimeSession.StartAsync(box, Site(assets: 100), TimeProvider.System, NullLoggerFactory.Instance));

        Assert.False(PortProbe.IsTaken(box.BrokerAddress, box.BrokerPort));
        await using RuntimeSession again = await RuntimeSession.StartAsync(box, Site(assets: 1), TimeProvider.System, NullLoggerFactory.Instance);
        Assert.Equal(box.BrokerPort, again.BrokerEndpoint?.Port);
    }

    [Fact]
    public async Task A_release_whose_rules_cannot_be_read_is_refused_and_the_session_runs()
    {
        var release = new ReleaseBuilder();
        release.Files["rules.yaml"] = ("rules", "kind: Rules\nrules:\n  - {name: a, when: {feature: a}, say: x}\n"u8.ToArray());
        string identity = Site(assets: 1).Pipelines["pipeline.yaml"].Definition.Identity.Hex;
        release.Edit = text => text.Replace(new string('a', 64), identity, StringComparison.Ordinal);
        release.WriteTo(Path.Combine(_folder, "pump"));

        await using RuntimeSession session = await RuntimeSession.StartAsync(Box(0), Site(assets: 1, ", release: pump"), TimeProvider.System, NullLoggerFactory.Instance);

        Assert.Contains("must have either above or below", Assert.Single(session.Sentences), StringComparison.Ordinal);
        Assert.Equal("none", Assert.Single(session.Active).Release);
    }

    [Fact]
    public async Task A_signed_release_comes_into_force_by_its_key_and_stays_when_that_key_expires()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        string folder = Path.Combine(_folder, "pump"), identity = Site(assets: 1).Pipelines["pipeline.yaml"].Definition.Identity.Hex;
        new ReleaseBuilder { Edit = text => text.Replace(new string('a', 64), identity, StringComparison.Ordinal) }.WriteTo(folder);
        BoxSettings box = Box(0) with { SegmentBytes = 65536, AllowUnsigned = false, Trust = Trusting(key, to: null) };

        await using (RuntimeSession unsigned = await RuntimeSession.StartAsync(box, Site(assets: 1, ", release: pump"), TimeProvider.System, NullLoggerFactory.Instance))
        {
            Assert.Equal("none", Assert.Single(unsigned.Active).Release);
            Assert.Contains("is not signed, and unsigned releases are not allowed here", Assert.Single(unsigned.Sentences), StringComparison.Ordinal);
        }

        ReleaseSigning.Approve(folder, key);
        await using (RuntimeSession signed = await RuntimeSession.StartAsync(box, Site(assets: 1, ", release: pump"), TimeProvider.System, NullLoggerFactory.Instance))
        {
            Assert.Empty(signed.Sentences);
            Assert.True(signed.Active[^1].Signed);
            Assert.Equal("pump-anomaly 1.0.0", signed.Active[^1].Release);
        }

        box = box with { Trust = Trusting(key, to: new EventTime(1)) };
        await using RuntimeSession expired = await RuntimeSession.StartAsync(box, Site(assets: 1, ", release: pump"), TimeProvider.System, NullLoggerFactory.Instance);
        Assert.Empty(expired.Sentences);
        Assert.Equal("pump-anomaly 1.0.0", expired.Active[^1].Release);
        Assert.Equal(2, expired.Journal.Read().SelectMany(f => f.Batch.Facts.OfType<Activation>()).Count());
    }

    static TrustRoot Trusting(ECDsa key, EventTime? to) => new()
    {
        Version = 1,
        Epoch = 1,
        Expires = null,
        Keys = [new TrustedKey(SigningKey.IdOf(key.ExportSubjectPublicKeyInfo()), key.ExportSubjectPublicKeyInfo(), [TrustRole.Release], null, to)],
        Threshold = new Dictionary<TrustRole, int>(),
        Revoked = [],
    };

    [Fact]
    public async Task A_clean_stop_saves_the_engine_and_the_next_start_goes_on_behind_it()
    {
        long stopped;
        await using (RuntimeSession first = await RuntimeSession.StartAsync(Box(0), Site(assets: 1), TimeProvider.System, NullLoggerFactory.Instance))
        {
            Assert.Equal(0, first.BeganBehind);
            await first.StopAsync("test");
            stopped = first.Loop.Taken;
        }

        await using RuntimeSession second = await RuntimeSession.StartAsync(Box(0), Site(assets: 1), TimeProvider.System, NullLoggerFactory.Instance);

        Assert.True(stopped > 0);
        Assert.Equal(stopped, second.BeganBehind);
        Assert.Single(second.Active);
        // The activation in force was known: nothing is activated a second time.
        Assert.Single(second.Journal.Read().SelectMany(b => b.Batch.Facts.OfType<Activation>()));
    }

    [Fact]
    public async Task A_state_that_was_damaged_or_taken_away_is_told_in_a_finding_and_the_start_walks_from_the_first_frame()
    {
        await StartAndStopAsync();
        string states = Path.Combine(_folder, "states");
        string state = Directory.EnumerateFiles(states).Single(f => Path.GetFileName(f).Length == 64);
        byte[] bytes = await File.ReadAllBytesAsync(state, TestContext.Current.CancellationToken);
        bytes[^1] ^= 1;
        await File.WriteAllBytesAsync(state, bytes, TestContext.Current.CancellationToken);
        Assert.Contains("is damaged", await FindingOfNextStartAsync(), StringComparison.Ordinal);

        Directory.Delete(states, recursive: true);
        Assert.Contains("is not in the data folder any more", await FindingOfNextStartAsync(), StringComparison.Ordinal);
    }

    async Task<string> FindingOfNextStartAsync()
    {
        await using RuntimeSession session = await RuntimeSession.StartAsync(Box(0), Site(assets: 1), TimeProvider.System, NullLoggerFactory.Instance);
        Assert.Equal(0, session.BeganBehind);
        return session.Journal.Read().SelectMany(b => b.Batch.Facts.OfType<Finding>()).Last(f => f.Rule == "state-unusable").Sentence;
    }

    async Task StartAndStopAsync()
    {
        await using RuntimeSession session = await RuntimeSession.StartAsync(Box(0), Site(assets: 1), TimeProvider.System, NullLoggerFactory.Instance);
        await session.StopAsync("test");
    }

    BoxSettings Box(int brokerPort) => new()
    {
        Data = _folder,
        Site = "",
        HttpAddress = "127.0.0.1",
        HttpPort = 0,
        RegistryFolder = _folder,
        AllowUnsigned = true,
        BrokerEnabled = true,
        BrokerAddress = "127.0.0.1",
        BrokerPort = brokerPort,
        SegmentBytes = 8192,
        CommitAfter = TimeSpan.FromMilliseconds(5),
        NativeLibrary = "",
        HmiHistory = TimeSpan.FromMinutes(1),
        HmiPxPerMm = 4,
        LogLevel = LogLevel.Information,
        LogFolder = _folder,
        LogKeepDays = 1,
    };

    static SiteDocuments Site(int assets, string more = "")
    {
        string yaml = "kind: Site\nname: test\nassets:\n" + string.Concat(Enumerable.Range(1, assets).Select(i => $"  - {{id: M-{i}, pipeline: pipeline.yaml{more}}}\n"));
        SettingsDocument site = Document("site.yaml", yaml);
        SettingsDocument pipeline = Document("pipeline.yaml", """
            kind: FeaturePipeline
            id: tiny
            version: 1.0.0
            vector: {at: each-event-time}
            inputs:
              - {signal: a, unit: bar, maxAge: PT10S}
              - {signal: b, unit: mm/s, maxAge: PT10S}
              - {signal: c, unit: "", maxAge: PT10S}
            features:
              - {name: a, op: last, of: a}
              - {name: b, op: last, of: b}
              - {name: c, op: last, of: c}
            """);
        return new SiteDocuments
        {
            Site = SiteDefinition.Read(site),
            SiteDigest = Digest.Of(site.Bytes.Span),
            SiteBytes = site.Bytes,
            Tags = new TagCatalogue([]),
            Sources = new SourcesDefinition { Sources = [] },
            Outputs = new OutputsDefinition { Outputs = [] },
            Pipelines = new Dictionary<string, (FeaturePipelineDefinition, ReadOnlyMemory<byte>)> { ["pipeline.yaml"] = (FeaturePipelineDefinition.Read(pipeline), pipeline.Bytes) },
            Rules = new Dictionary<string, (RulesDefinition, ReadOnlyMemory<byte>)>(),
        };
    }

    static SettingsDocument Document(string name, string yaml) => SettingsDocument.Parse(name, Encoding.UTF8.GetBytes(yaml));
}
