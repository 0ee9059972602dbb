using EdgeRuntime.Facts;
using EdgeRuntime.Registry.Schema;

namespace EdgeRuntime.Registry.Manifest;

/// <summary>What is watched and from where on it is told: <c>monitoring</c>.</summary>
static class MonitoringReader
{
    static readonly Duty Watched = Duty.CarriedFor("Monitoring");

    internal static MonitoringSection Read(Section root, IReadOnlyList<ReleaseFile> files)
    {
        if (root.OptionalInner("monitoring", Watched, "What is watched while it runs.") is not { } section)
            return new MonitoringSection();
        return new MonitoringSection
        {
            Reference = section.OptionalInner("reference", Watched, "What the model's normal days looked like.") is { } reference ? Reference(reference, files) : null,
            Quality = section.OptionalInner("quality", Watched, "Before the model sees a point.") is { } quality
                ? new QualityLimits(
                    quality.OptionalNumber("maxNullRatio", Watched, "Share of values that may be missing.", 0, 1),
                    quality.OptionalDuration("maxStale", Watched, "How long a value may not change hands."),
                    quality.OptionalNumber("rangeViolations", Watched, "Share of values that may be out of range.", 0, 1),
                    quality.OptionalNumber("psi", Watched, "Population stability index of a feature.", 0),
                    quality.OptionalNumber("kl", Watched, "Kullback-Leibler divergence of a feature.", 0))
                : null,
            Behaviour = section.OptionalInner("behaviour", Watched, "What the model says, without labels.") is { } behaviour
                ? new BehaviourLimits(
                    behaviour.OptionalNumber("scorePsi", Watched, "Population stability index of the score.", 0),
                    behaviour.OptionalNumber("scoreKs", Watched, "Kolmogorov-Smirnov distance of the score.", 0, 1),
                    behaviour.OptionalNumber("confidenceShift", Watched, "Shift of the mean confidence.", 0, 1))
                : null,
            Outcome = section.OptionalInner("outcome", Watched, "Once labels come.") is { } outcome
                ? new OutcomeLimits(
                    outcome.OptionalDuration("labelDelayMax", Watched, "How late a label may come."),
                    outcome.OptionalNumber("minPrecision", Watched, "Share of alarms that are real.", 0, 1),
                    outcome.OptionalNumber("minRecall", Watched, "Share of real events that are found.", 0, 1))
                : null,
            Review = section.OptionalInner("review", Duty.CarriedFor("Review"), "Which answers people are asked about.") is { } review
                ? new ReviewPlan(
                    review.TextOr("strategy", "", Duty.CarriedFor("Review"), "By what they are chosen.", TextForms.Strategy),
                    (int?)review.OptionalInteger("budgetPerShift", Duty.CarriedFor("Review"), "How many a shift.", 0, 10_000))
                : null,
        };
    }

    static ReferencePeriod Reference(Section section, IReadOnlyList<ReleaseFile> files)
    {
        string file = ManifestReader.File(section, "file", true, "profile", files, Watched, "The profile, one of files with the role profile.");
        long? rows = section.OptionalInteger("rows", Watched, "Rows it was made from.", 0);
        EventTime? from = section.OptionalMoment("from", Watched, "Where the normal period began."), to = section.OptionalMoment("to", Watched, "Where it ended.");
        if (from is { } first && to is { } last && first > last)
            section.Violate("from", $"is {first}, after to, which is {last}.");
        return new ReferencePeriod(file, rows, from, to);
    }
}
