using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using MQTTnet;
using MQTTnet.Formatter;
using MQTTnet.Protocol;

namespace EdgeRuntime.Mqtt;

/// <summary>Our options in MQTTnet's words.</summary>
static class MqttClientSettings
{
    /// <exception cref="MqttDownException">A certificate or password file cannot be read.</exception>
    internal static MqttClientOptions From(MqttSessionOptions options)
    {
        MqttClientOptionsBuilder builder = new MqttClientOptionsBuilder()
            .WithTcpServer(options.Host, options.Port)
            .WithProtocolVersion(options.Protocol == MqttProtocol.V5 ? MqttProtocolVersion.V500 : MqttProtocolVersion.V311)
            .WithClientId(options.ClientId)
            .WithKeepAlivePeriod(options.KeepAlive)
            .WithTimeout(options.Timeout)
            .WithCleanStart(!options.Persistent);
        if (options.Protocol == MqttProtocol.V5)
        {
            builder = builder
                .WithReceiveMaximum(options.ReceiveMaximum)
                .WithSessionExpiryInterval(options.Persistent ? (uint)Math.Min(options.SessionExpiry.TotalSeconds, uint.MaxValue) : 0);
        }

        if (options.User.Length > 0 || options.PasswordFile.Length > 0)
            builder = builder.WithCredentials(options.User, Password(options));
        if (options.Will is { } will)
        {
            builder = builder.WithWillTopic(will.Topic).WithWillPayload(will.Payload.ToArray())
                .WithWillRetain(true).WithWillQualityOfServiceLevel(MqttQualityOfServiceLevel.AtLeastOnce);
        }

        return (options.Tls is { } tls ? builder.WithTlsOptions(Tls(tls)) : builder).Build();
    }

    static string Password(MqttSessionOptions options)
    {
        if (options.PasswordFile.Length == 0)
            return "";
        try
        {
            return File.ReadLines(options.PasswordFile).FirstOrDefault("");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new MqttDownException($"The password file {options.PasswordFile} for the MQTT broker {options.Address} cannot be read: {e.Message}", e);
        }
    }

    static MqttClientTlsOptions Tls(MqttTlsOptions tls)
    {
        MqttClientTlsOptionsBuilder builder = new MqttClientTlsOptionsBuilder().UseTls();
        try
        {
            if (tls.AllowUntrusted)
            {
                builder = builder.WithAllowUntrustedCertificates(true).WithIgnoreCertificateChainErrors(true)
                    .WithCertificateValidationHandler(_ => true);
            }
            else if (tls.CaFile.Length > 0)
            {
                var authorities = new X509Certificate2Collection();
                authorities.ImportFromPemFile(tls.CaFile);
                builder = builder.WithTrustChain(authorities);
            }

            // A plant's own authority rarely serves a revocation list, and a box without a line to it must still connect.
            builder = builder.WithRevocationMode(X509RevocationMode.NoCheck);
            if (tls.CertificateFile.Length > 0)
                builder = builder.WithClientCertificates(new X509Certificate2Collection(Own(tls)));
            return builder.Build();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw new MqttDownException($"A TLS file for the MQTT broker cannot be used ({tls.CaFile} {tls.CertificateFile} {tls.KeyFile}): {e.Message}", e);
        }
    }

    static X509Certificate2 Own(MqttTlsOptions tls)
    {
        using var pem = X509Certificate2.CreateFromPemFile(tls.CertificateFile, tls.KeyFile.Length > 0 ? tls.KeyFile : null);
        // Windows' SChannel cannot use a key that is only in memory; the detour over PKCS#12 gives it one it can.
        return X509CertificateLoader.LoadPkcs12(pem.Export(X509ContentType.Pkcs12), null);
    }
}
