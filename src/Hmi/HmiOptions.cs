using EdgeRuntime.Facts;
using EdgeRuntime.Replay;

namespace EdgeRuntime.Hmi;

/// <summary>What the screens show and how much of the past they remember. Frozen before the first page is asked for.</summary>
public sealed record HmiOptions
{
    public required string SiteName { get; init; }

    /// <summary>In the order in which the overview shows them.</summary>
    public required IReadOnlyList<WatchedAsset> Assets { get; init; }

    /// <summary>Version and commit of the runtime. A browser that sees another one loads its page again.</summary>
    public string Build { get; init; } = "unknown";

    /// <summary>Sentences that stand on every page, e.g. "Unsigned releases are allowed on this box."</summary>
    public IReadOnlyList<string> Banners { get; init; } = [];

    /// <summary>CSS pixels per millimetre of the panel, so that targets are at least 10 mm for a finger. 5.9 unless told: 10.1 inch, 1280 × 800.</summary>
    public double PanelPxPerMm { get; init; } = 5.9;

    /// <summary>Points kept per signal for trends, 16 bytes each. 36 000 unless told: one hour at 10 Hz.</summary>
    public int HistoryPointsPerSignal { get; init; } = 36_000;

    /// <summary>How far back the journal is read at start to fill the trends. 100 000 frames unless told.</summary>
    public long RebuildFramesMax { get; init; } = 100_000;

    /// <summary>How often a live frame is sent. 250 ms unless told.</summary>
    public TimeSpan FramePeriod { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>A value or an answer older than this is shown as old, not as the present. 30 s unless told.</summary>
    public TimeSpan OldAfter { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// What the intake has counted since the process started: values received, values durable, and values not stored by cause
    /// (redelivered, not-json…). Null: the counts are taken from the journal alone.
    /// </summary>
    public Func<(long Received, long Stored, IReadOnlyDictionary<string, long> Accounted)>? Intake { get; init; }

    /// <summary>The state of every telemetry source now. Null: the sources are not shown.</summary>
    public Func<IReadOnlyList<SourceLine>>? Sources { get; init; }

    /// <summary>What is missing and why, and what the journal itself holds since its first frame. Null: it is not shown.</summary>
    public Func<GapReport>? Gaps { get; init; }

    /// <summary>An asset at a moment of the past; null when nothing was decided about it by then. Null: the past cannot be asked for here.</summary>
    public Func<string, EventTime, Knowledge, PointInTime?>? AsOf { get; init; }

    /// <summary>From the frame that completes the vector to the durable decision, in microseconds. Null, or a null answer: the model call alone is shown.</summary>
    public Func<(double P50, double P99)?>? DecisionLatencyMicroseconds { get; init; }

    /// <summary>What was active when the process started, for a journal whose activations lie further back than <see cref="RebuildFramesMax"/>.</summary>
    public IReadOnlyList<Activation> KnownActivations { get; init; } = [];

    /// <summary>The same for what was measured of the models.</summary>
    public IReadOnlyList<Qualification> KnownQualifications { get; init; } = [];

    /// <summary>Every rule that these options break, one plain sentence each.</summary>
    internal IEnumerable<string> Violations()
    {
        if (PanelPxPerMm is not (>= 2 and <= 40))
            yield return FormattableString.Invariant($"PanelPxPerMm is {PanelPxPerMm}; it must be from 2 to 40 CSS pixels per millimetre.");
        if (HistoryPointsPerSignal is < 100 or > 10_000_000)
            yield return FormattableString.Invariant($"HistoryPointsPerSignal is {HistoryPointsPerSignal}; it must be from 100 to 10000000.");
        if (RebuildFramesMax < 0)
            yield return FormattableString.Invariant($"RebuildFramesMax is {RebuildFramesMax}; it must not be negative.");
        if (FramePeriod < TimeSpan.FromMilliseconds(50) || FramePeriod > TimeSpan.FromSeconds(1))
            yield return FormattableString.Invariant($"FramePeriod is {FramePeriod.TotalMilliseconds} ms; it must be from 50 ms to 1 s, because the page calls values old after 2 s without a frame.");
        foreach (string id in Assets.GroupBy(a => a.Id, StringComparer.Ordinal).Where(g => g.Count() > 1).Select(g => g.Key))
            yield return $"Assets holds '{id}' twice; every asset has an id of its own.";
    }
}
