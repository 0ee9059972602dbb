using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using EdgeRuntime.Facts;
using EdgeRuntime.Mqtt;
using EdgeRuntime.Tests.Kit;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace EdgeRuntime.Tests.EndToEnd.Telemetry;

public sealed class BrokerTests
{
    [Fact]
    public async Task Devices_of_another_make_talk_to_each_other_and_to_us_over_the_embedded_broker()
    {
        Floor.NeedsMosquitto();
        await using EmbeddedBroker broker = await EmbeddedBroker.StartAsync(new EmbeddedBrokerOptions { Port = 0 }, NullLoggerFactory.Instance);
        string port = broker.Endpoint.Port.ToString(CultureInfo.InvariantCulture);
        List<FactBatch> journal = [];
        using var intake = new CommittingIntake(journal);
        await using Run run = await Run.StartAsync(Floor.Source(broker.Endpoint.Port), intake);

        await Mosquitto.ClientAsync("mosquitto_pub", Floor.Patience, "-h", "127.0.0.1", "-p", port, "-i", "plc", "-q", "1", "-r", "-t", "plain/P-101/recipe", "-m", "R7");
        string heard = await Mosquitto.ClientAsync("mosquitto_sub", Floor.Patience, "-h", "127.0.0.1", "-p", port, "-t", "plain/#", "-C", "1", "-V", "5");
        await Floor.UntilAsync(() => intake.Stored >= 1, "our source heard it");

        Assert.Equal("R7\n", heard);
        Assert.Equal("R7", Assert.Single(journal.SelectMany(b => b.Samples)).Value.String);
    }

    [Fact]
    public async Task The_embedded_broker_sends_again_what_was_not_acknowledged()
    {
        await using EmbeddedBroker broker = await EmbeddedBroker.StartAsync(new EmbeddedBrokerOptions { Port = 0 }, NullLoggerFactory.Instance);
        await using var cable = new Cable(broker.Endpoint.Port);
        List<FactBatch> journal = [];
        using var intake = new CommittingIntake(journal);
        await using Run run = await Run.StartAsync(Floor.Source(cable.Port), intake);
        await using Publishing publisher = await Publishing.StartAsync(broker.Endpoint.Port);

        for (int n = 0; n < 300; n++)
        {
            if (n == 100)
                intake.Hold();
            if (n == 200)
            {
                cable.Cut();
                intake.Release();
            }

            await Floor.PublishSurelyAsync(publisher.Session, "plant/P-101/telemetry", Floor.Message(n), publisher.Stop);
        }

        await Floor.UntilAsync(() => intake.Stored >= 300, "300 messages stored", () => run.Source.Status.Sentence);
        Assert.Equal(300, journal.SelectMany(b => b.Samples).Where(s => s.Tag == "P-101.n").Select(s => s.Value.Int64).Distinct().Count());
        Assert.Equal(0, broker.Dropped);
    }

    [Fact]
    public async Task A_port_in_use_is_said_in_a_sentence()
    {
        await using EmbeddedBroker first = await EmbeddedBroker.StartAsync(new EmbeddedBrokerOptions { Port = 0 }, NullLoggerFactory.Instance);
        MqttDownException refused = await Assert.ThrowsAsync<MqttDownException>(
            () => EmbeddedBroker.StartAsync(new EmbeddedBrokerOptions { Port = first.Endpoint.Port }, NullLoggerFactory.Instance));
        Assert.Contains($"{first.Endpoint.Port}: the port is in use", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_embedded_broker_asks_for_the_password_that_it_was_given()
    {
        await using EmbeddedBroker broker = await EmbeddedBroker.StartAsync(new EmbeddedBrokerOptions { Port = 0, User = "plc", Password = "secret" }, NullLoggerFactory.Instance);
        Assert.Contains("refused user", await SentenceAsync(new MqttSessionOptions { Host = "127.0.0.1", Port = broker.Endpoint.Port, ClientId = "x", User = "plc" }), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("127.0.0.1", "nothing listens there")]
    [InlineData("no-such-broker.invalid", "is not known by that name")]
    public async Task A_broker_that_is_not_there_is_said_in_a_sentence(string host, string said)
    {
        // A port that was free a moment ago: nothing listens on it.
        int free = new Mosquitto().Port;
        Assert.Contains(said, await SentenceAsync(new MqttSessionOptions { Host = host, Port = free, ClientId = "x" }), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_broker_that_refuses_the_user_is_said_in_a_sentence()
    {
        Floor.NeedsMosquitto();
        await using Mosquitto broker = await Mosquitto.StartNewAsync("allow_anonymous false");
        Assert.Contains("not authorised", await SentenceAsync(new MqttSessionOptions { Host = "127.0.0.1", Port = broker.Port, ClientId = "x" }), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_certificate_is_trusted_by_its_authority_and_not_otherwise()
    {
        Floor.NeedsMosquitto();
        string folder = Directory.CreateTempSubdirectory("tls-").FullName;
        try
        {
            string ca = WriteCertificates(folder);
            await using Mosquitto broker = await Mosquitto.StartNewAsync($"cafile {ca}", $"certfile {folder}/broker.pem", $"keyfile {folder}/broker.key");
            var options = new MqttSessionOptions { Host = "localhost", Port = broker.Port, ClientId = "x", Tls = new MqttTlsOptions() };

            Assert.Contains("not trusted", await SentenceAsync(options), StringComparison.Ordinal);
            Assert.StartsWith("Connected", await SentenceAsync(options with { Tls = new MqttTlsOptions(CaFile: ca) }), StringComparison.Ordinal);
            Assert.StartsWith("Connected", await SentenceAsync(options with { Tls = new MqttTlsOptions(AllowUntrusted: true) }), StringComparison.Ordinal);
            Assert.Contains("cannot be used", await SentenceAsync(options with { Tls = new MqttTlsOptions(CaFile: folder + "/none.pem") }), StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>What the session says as soon as it knows.</summary>
    static async Task<string> SentenceAsync(MqttSessionOptions options)
    {
        using var stop = new CancellationTokenSource();
        var session = new MqttSession(options, [], null, TimeProvider.System, jitterSeed: 1, NullLoggerFactory.Instance);
        Task running = session.RunAsync(stop.Token);
        await Floor.UntilAsync(() => session.Status.State != MqttState.Connecting, "the session knows", () => session.Status.Sentence);
        string sentence = session.Status.Sentence;
        await stop.CancelAsync();
        await running;
        return sentence;
    }

    static string WriteCertificates(string folder)
    {
        using var authorityKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var authorityRequest = new CertificateRequest("CN=Plant authority", authorityKey, HashAlgorithmName.SHA256);
        authorityRequest.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        using X509Certificate2 authority = authorityRequest.CreateSelfSigned(now.AddDays(-1), now.AddDays(30));
        using var brokerKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var brokerRequest = new CertificateRequest("CN=localhost", brokerKey, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        names.AddIpAddress(IPAddress.Loopback);
        brokerRequest.CertificateExtensions.Add(names.Build());
        using X509Certificate2 broker = brokerRequest.Create(authority, now.AddDays(-1), now.AddDays(20), [1, 2, 3, 4]);
        File.WriteAllText(Path.Combine(folder, "ca.pem"), authority.ExportCertificatePem());
        File.WriteAllText(Path.Combine(folder, "broker.pem"), broker.ExportCertificatePem());
        File.WriteAllText(Path.Combine(folder, "broker.key"), brokerKey.ExportPkcs8PrivateKeyPem());
        return Path.Combine(folder, "ca.pem");
    }
}
