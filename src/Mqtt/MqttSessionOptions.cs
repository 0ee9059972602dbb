namespace EdgeRuntime.Mqtt;

public enum MqttProtocol
{
    V311,
    V5,
}

/// <summary>How one session reaches its broker. Frozen before anything runs.</summary>
public sealed record MqttSessionOptions
{
    public required string Host { get; init; }

    /// <summary>1883 unless told; 8883 is the custom with TLS.</summary>
    public int Port { get; init; } = 1883;

    public MqttProtocol Protocol { get; init; } = MqttProtocol.V5;

    /// <summary>The name under which the broker keeps the session: the same after every restart, and nobody else's.</summary>
    public required string ClientId { get; init; }

    /// <summary>Null: no TLS.</summary>
    public MqttTlsOptions? Tls { get; init; }

    /// <summary>Empty: anonymous.</summary>
    public string User { get; init; } = "";

    /// <summary>File whose first line is the password; read at every connect, so that a changed password is taken without a restart. Empty: none.</summary>
    public string PasswordFile { get; init; } = "";

    /// <summary>30 s unless told.</summary>
    public TimeSpan KeepAlive { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long connecting, subscribing and publishing may each take. 10 s unless told.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Messages the broker may have on the way without our acknowledgement. 1000 unless told. MQTT 3.1.1 cannot say it; there the broker's own limit holds.</summary>
    public ushort ReceiveMaximum { get; init; } = 1000;

    /// <summary>The broker keeps subscriptions and unacknowledged messages while we are away. True unless told.</summary>
    public bool Persistent { get; init; } = true;

    /// <summary>For how long it keeps them (MQTT 5; 3.1.1 leaves it to the broker). 30 days unless told.</summary>
    public TimeSpan SessionExpiry { get; init; } = TimeSpan.FromDays(30);

    /// <summary>What the broker tells others when this session dies without a goodbye; null: nothing.</summary>
    public MqttNotice? Will { get; init; }

    /// <summary>What is told right after every connect; null: nothing.</summary>
    public MqttNotice? Birth { get; init; }

    /// <summary>As in sentences for people: <c>10.0.0.5:1883</c>.</summary>
    public string Address => FormattableString.Invariant($"{Host}:{Port}");
}

/// <param name="CaFile">PEM with the authorities to trust instead of the system's; empty: the system's.</param>
/// <param name="CertificateFile">PEM with our own certificate; empty: none.</param>
/// <param name="KeyFile">PEM with its private key.</param>
/// <param name="AllowUntrusted">Takes any certificate: encrypted, but not known to be the right broker.</param>
public sealed record MqttTlsOptions(string CaFile = "", string CertificateFile = "", string KeyFile = "", bool AllowUntrusted = false);

/// <summary>A message about the session itself, retained, at QoS 1.</summary>
public sealed record MqttNotice(string Topic, ReadOnlyMemory<byte> Payload);

/// <param name="Filter">With MQTT's wildcards + and #.</param>
/// <param name="Qos">0, 1 or 2.</param>
public sealed record MqttSubscription(string Filter, int Qos);
