namespace EdgeRuntime.Features;

/// <summary>What a pipeline's document says about the time of one source.</summary>
/// <param name="Source">Name of the source, as the box's sources.yaml gives it.</param>
/// <param name="Lateness">How long after its event time a sample of this source may come and still be waited for.</param>
/// <param name="Jump">A larger step of this source's clock is not believed until it has held.</param>
public sealed record SourceTimeRules(string Source, TimeSpan Lateness, TimeSpan Jump);
