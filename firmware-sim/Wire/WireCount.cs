namespace EdgeRuntime.FirmwareSim.Wire;

/// <summary>What became of the messages: taken = acknowledged + dropped + refused, once the wire is closed.</summary>
/// <param name="Taken">Handed to the wire.</param>
/// <param name="Acknowledged">Confirmed by the broker (QoS 0: sent).</param>
/// <param name="Dropped">Lost: the buffer was full, or the end came first.</param>
/// <param name="Refused">The broker said no (authorisation, quota).</param>
/// <param name="Resent">Sent a second time after a broken connection, DUP set.</param>
/// <param name="Reconnects">Connections after the first.</param>
sealed record WireCount(long Taken, long Acknowledged, long Dropped, long Refused, long Resent, int Reconnects);
