namespace EdgeRuntime.Facts;

/// <summary>What is left of the raw samples of a stretch of the journal. Facts are always all there.</summary>
public enum SamplesLeft
{
    /// <summary>Every one that was stored.</summary>
    All,

    /// <summary>The outline of each minute: for every tag and quality the first, the last, the least and the greatest.</summary>
    Outline,

    /// <summary>None.</summary>
    Nothing,
}
