using EdgeRuntime.Hq.Datasets;

namespace EdgeRuntime.Hq.Evaluation;

/// <summary>Learns from the features of <see cref="PositionFeatures"/> alone: how far labels can be guessed without looking at a sensor.</summary>
interface IControlTrainer
{
    /// <param name="rows">Of known truth, recording after recording, each in order of time.</param>
    /// <param name="truths">As many.</param>
    IRowScorer Fit(IReadOnlyList<float[]> rows, IReadOnlyList<Truth> truths, int seed);
}

/// <summary>Higher is more of an event.</summary>
interface IRowScorer
{
    double Score(float[] row);
}
