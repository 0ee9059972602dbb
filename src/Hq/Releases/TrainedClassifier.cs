using EdgeRuntime.Hq.Training;

namespace EdgeRuntime.Hq.Releases;

/// <summary>What a release of a classifier has beyond its models.</summary>
/// <param name="Fitted">With what was said of each recording while it was held out.</param>
/// <param name="EventRows">Rows that people call an event.</param>
/// <param name="UnknownRows">Rows that nobody was sure of: not learned from.</param>
sealed record TrainedClassifier(FittedClassifier Fitted, HeldOutQuality Quality, int EventRows, int UnknownRows)
{
    internal AlarmSettings Alarm => Fitted.Alarm;
}
