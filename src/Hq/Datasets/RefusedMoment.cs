using EdgeRuntime.Facts;

namespace EdgeRuntime.Hq.Datasets;

/// <summary>A moment of which no model was asked, or not on all of its data: the box's own validation refused a sample, or the vector had a gap.</summary>
/// <param name="At">The sample's or the vector's own time; where its clock is what was refused, the time at which it came.</param>
/// <param name="Why">The name of the sample's or the feature's fault.</param>
sealed record RefusedMoment(EventTime At, string Why);
