namespace EdgeRuntime.FirmwareSim.Wire;

/// <param name="Dup">The publisher says that it sends this a second time.</param>
sealed record WireMessage(string Topic, ReadOnlyMemory<byte> Payload, int Qos = 1, bool Retain = false, bool Dup = false);
