namespace EdgeRuntime.Hmi;

/// <summary>One asset as the screens know it.</summary>
/// <param name="Area">Where it stands, e.g. <c>plant-1/cooling</c>; may be empty.</param>
/// <param name="Signals">Lanes of the trend, top down.</param>
/// <param name="Features">Names of the vector's features in order, so that a contribution can be named; may be empty.</param>
public sealed record WatchedAsset(string Id, string Name, string Area, IReadOnlyList<WatchedSignal> Signals, IReadOnlyList<string> Features)
{
    internal bool ShowsTheSameAs(WatchedAsset other) =>
        Id == other.Id && Name == other.Name && Area == other.Area && Signals.SequenceEqual(other.Signals) && Features.SequenceEqual(other.Features, StringComparer.Ordinal);
}

/// <summary>One signal of an asset.</summary>
/// <param name="Tag">Id of the tag, as in the journal.</param>
/// <param name="Name">For people: "Discharge pressure".</param>
/// <param name="Unit">Empty for none.</param>
/// <param name="Low">Lowest value of the scale; null: the scale follows the values.</param>
/// <param name="High">Highest value of the scale; null: the scale follows the values.</param>
public sealed record WatchedSignal(string Tag, string Name, string Unit, double? Low, double? High);
