namespace EdgeRuntime.FirmwareSim.Wire;

/// <summary>The way out of the plant. Messages leave in the order they were given.</summary>
interface IPlantWire
{
    /// <summary>Takes a message over. It is sent later, again after a broken connection, or counted as dropped.</summary>
    ValueTask PublishAsync(WireMessage message, CancellationToken stop);
}
