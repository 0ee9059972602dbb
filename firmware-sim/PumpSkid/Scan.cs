namespace EdgeRuntime.FirmwareSim.PumpSkid;

/// <summary>What one scan of one skid reports. A signal that is missing has a null text.</summary>
/// <param name="At">When it happened. Nobody but the witness knows it.</param>
/// <param name="Time">When the skid's clock says it happened; the same but for a clock jump.</param>
/// <param name="Seq">Counts every scan, also those that a dropout swallowed, so that a listener sees the hole.</param>
/// <param name="Texts">In the order of <see cref="SkidSignals.Names"/>.</param>
sealed record Scan(string Asset, DateTime At, DateTime Time, long Seq, IReadOnlyList<string?> Texts);
