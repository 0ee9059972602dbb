using EdgeRuntime.Hq.Datasets;
using EdgeRuntime.Hq.Training;

namespace EdgeRuntime.Hq.Evaluation;

/// <summary>A model as one fold made it, with the box's own debouncing behind it.</summary>
/// <param name="isProbability">Its score is a calibrated probability.</param>
sealed class FoldScorer(int fold, ITrainedModel model, bool isProbability, double threshold, double hysteresis, TimeSpan minDuration) : IFoldScorer
{
    public double? Threshold => threshold;

    public ScoredRecording Score(Recording recording)
    {
        double[] scores = [.. recording.Rows.Select(row => model.Score(row))];
        bool[] alarms = ThresholdChoice.Alarms(new OutOfFold(recording.Times, scores, recording.Truths), threshold, hysteresis, minDuration);
        return new ScoredRecording(recording, scores, isProbability ? scores : [], alarms, fold);
    }
}
