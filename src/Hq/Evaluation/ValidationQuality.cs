using EdgeRuntime.Hq.Datasets;

namespace EdgeRuntime.Hq.Evaluation;

/// <summary>How many events of a kind who found: the model by an alarm, the box's own validation by refusing data.</summary>
sealed record FoundBy(string Fault, int Events, int Model, int Validation, int Either);

/// <summary>
/// What the box's own validation finds beside the model: frozen, vanished and impossible values, clocks that are wrong. No model is asked about what it refuses,
/// so an event that is missed by the one may well be told by the other.
/// </summary>
/// <param name="FalseEpisodes">Runs of refusals that touch no event and do not begin right behind one.</param>
/// <param name="NormalHours">What the normal rows lasted.</param>
sealed record ValidationQuality(FoundBy All, IReadOnlyList<FoundBy> Faults, int FalseEpisodes, double NormalHours)
{
    // Refusals that are no further apart are one episode: a floor is told once. What begins so soon behind an event belongs to it: a clock that is right again is not believed for a minute, and a value that comes back jumps.
    const long ApartMax = 60_000_000_000;

    /// <summary>Null: nobody knows what was refused, as where the data holds vectors.</summary>
    internal static ValidationQuality? Of(IReadOnlyList<ScoredRecording> scored, IReadOnlyList<EventOutcome> outcomes, double normalHours)
    {
        if (scored.Any(s => s.Recording.RefusedMoments is null))
            return null;
        FoundBy[] faults = [.. outcomes.GroupBy(o => o.Event.Fault, StringComparer.Ordinal).OrderBy(g => g.Key, StringComparer.Ordinal).Select(g => Count(g.Key, [.. g]))];
        return new ValidationQuality(Count("all", outcomes), faults, scored.Sum(s => FalseEpisodesOf(s.Recording)), normalHours);
    }

    static FoundBy Count(string fault, IReadOnlyList<EventOutcome> outcomes) => new(
        fault, outcomes.Count, outcomes.Count(o => o.DelaySeconds is not null), outcomes.Count(o => o.Refused is not null), outcomes.Count(o => o.DelaySeconds is not null || o.Refused is not null));

    static int FalseEpisodesOf(Recording recording)
    {
        int episodes = 0;
        bool touchesEvent = false;
        IReadOnlyList<RefusedMoment> refusals = recording.RefusedMoments!;
        for (int i = 0; i < refusals.Count; i++)
        {
            touchesEvent |= recording.Events.Any(e => !e.Harmless && refusals[i].At >= e.From && refusals[i].At.UnixNanoseconds < e.To.UnixNanoseconds + ApartMax);
            if (i + 1 < refusals.Count && refusals[i + 1].At.UnixNanoseconds - refusals[i].At.UnixNanoseconds <= ApartMax)
                continue;
            episodes += touchesEvent ? 0 : 1;
            touchesEvent = false;
        }

        return episodes;
    }
}
