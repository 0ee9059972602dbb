namespace EdgeRuntime.Decisions.Postprocessing;

/// <summary>
/// Confidence of a score without a fitted calibration: how far it is from the threshold, 0 at the threshold, towards 1 far from it.
/// Above: 1 - threshold/score. Below: 1 - score/threshold. Uncalibrated, and said so in the release.
/// </summary>
static class Margin
{
    /// <param name="score">Finite and not negative.</param>
    public static double Of(double score, double threshold)
    {
        if (threshold <= 0)
            return score > threshold ? 1 : 0;
        double margin = score > threshold ? 1 - (threshold / score) : 1 - (score / threshold);
        return Math.Clamp(margin, 0, 1);
    }
}
