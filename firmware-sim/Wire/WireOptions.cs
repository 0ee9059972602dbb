namespace EdgeRuntime.FirmwareSim.Wire;

sealed record WireOptions
{
    public required BrokerAddress Broker { get; init; }
    public required string ClientId { get; init; }

    /// <summary>Messages held while the broker is away. 100,000 unless told: ten minutes of a skid at 100 Hz.</summary>
    public int BufferMax { get; init; } = 100_000;

    /// <summary>True: a full buffer makes the plant wait (it runs faster than real time anyway). False: the new message is dropped and counted.</summary>
    public bool WaitWhenFull { get; init; }

    /// <summary>Unacknowledged messages on the line at once; the broker's own limit is kept when it is lower.</summary>
    public int InFlightMax { get; init; } = 256;

    /// <summary>How long the first connection is tried before giving up.</summary>
    public TimeSpan FirstConnect { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long the end waits for the last acknowledgements.</summary>
    public TimeSpan LastAcknowledgement { get; init; } = TimeSpan.FromSeconds(30);

    public IReadOnlyList<string> Subscriptions { get; init; } = [];
}
