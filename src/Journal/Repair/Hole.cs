namespace EdgeRuntime.Journal.Repair;

/// <summary>A stretch of a segment that is known to be lost, and how the journal goes on behind it. The bytes themselves are left as they are.</summary>
/// <param name="Offset">Where the damage starts; 0: the segment's header, or what should lie before the segment.</param>
/// <param name="Next">Where the next readable frame starts; the length of the segment where none does.</param>
/// <param name="FirstLost">The first batch that is lost; 0 when none is.</param>
/// <param name="LastLost">The last one.</param>
/// <param name="NextFrame">The number that the next batch carries.</param>
/// <param name="GroupOffset">Bytes from the start of the commit group to the next frame.</param>
/// <param name="GoesOnFrom">The hash that the chain starts again from.</param>
/// <param name="Sha256">Of the damaged bytes, as they lie in quarantine.</param>
/// <param name="What">What was wrong, as the end of a sentence.</param>
sealed record Hole(long Offset, long Next, long FirstLost, long LastLost, long NextFrame, uint GroupOffset, byte[] GoesOnFrom, string Sha256, string What)
{
    public bool LosesFrames => FirstLost > 0;
}
