namespace EdgeRuntime.Journal.Repair;

/// <summary>What a repair says that a damaged segment header said.</summary>
/// <param name="Check">The check that seeds the checks of the frames; it is known from them.</param>
sealed record StatedHeader(long FirstFrame, byte[] PreviousHash, uint Check);
