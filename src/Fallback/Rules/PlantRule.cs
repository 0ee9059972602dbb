namespace EdgeRuntime.Fallback.Rules;

/// <summary>One rule of the plant: a feature above or below a limit for some time means an anomaly, model or not.</summary>
/// <param name="Feature">Name of a feature of the pipeline.</param>
/// <param name="Above">It fires above this limit; null when <paramref name="Below"/> is given.</param>
/// <param name="For">How long the feature must stay beyond the limit, by event time.</param>
/// <param name="Say">The sentence for the floor.</param>
public sealed record PlantRule(string Name, string Feature, double? Above, double? Below, TimeSpan For, string Say);
