using EdgeRuntime.Facts;

namespace EdgeRuntime.Telemetry.Gaps;

/// <summary>A closed gap of which the journal does not say yet that it was found.</summary>
/// <param name="Frame">The frame that closed it.</param>
/// <param name="Index">Its place among those that the frame closed.</param>
readonly record struct FoundGap(long Frame, int Index, Gap Gap)
{
    /// <summary>A batch with this key, or one before it, holds it.</summary>
    public bool IsIn(GapKey written) => Frame < written.Frame || (Frame == written.Frame && Index < written.Count);
}
