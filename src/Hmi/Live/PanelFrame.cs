namespace EdgeRuntime.Hmi.Live;

/// <summary>
/// One moment of the screens, ready to be shown: every word is made here, once, so the page that the server draws and the page that the
/// browser keeps up to date cannot differ. Keys name places on the page.
/// </summary>
sealed record PanelFrame
{
    /// <summary>Counts by one per frame of a stream; a hole tells the browser to fetch its trend again.</summary>
    public long Seq { get; init; }

    /// <summary>The box's clock, milliseconds since the Unix epoch.</summary>
    public required long Now { get; init; }

    /// <summary>What the page consists of (build, arms, sources): when it changes, the browser loads the page again.</summary>
    public required string Shape { get; init; }

    /// <summary>Key → words.</summary>
    public required IReadOnlyDictionary<string, string> Text { get; init; }

    /// <summary>Key → state of a thing, for shape and colour.</summary>
    public required IReadOnlyDictionary<string, string> Mark { get; init; }

    /// <summary>Key → place on a bar, 0 to 1; null where there is none.</summary>
    public required IReadOnlyDictionary<string, double?> Share { get; init; }

    /// <summary>Key → points of a small curve, "x,y x,y…" in a box of 100 × 24.</summary>
    public required IReadOnlyDictionary<string, string> Line { get; init; }

    /// <summary>What came since the frame before, for the one asset that the stream is about; else null.</summary>
    public TrendTail? Tail { get; init; }
}

/// <summary>What was added to an asset's trend since the frame before.</summary>
/// <param name="Edge">Event time at the right edge, ms; null before the first sample.</param>
/// <param name="Series">The signals in order, then the score, then the threshold.</param>
sealed record TrendTail(double? Edge, IReadOnlyList<TailSeries> Series, IReadOnlyList<PeriodSpan> Periods);

/// <summary>Points in order of arrival: times in ms, values.</summary>
sealed record TailSeries(IReadOnlyList<double> T, IReadOnlyList<double> V);

/// <summary>An anomaly period; times in ms.</summary>
sealed record PeriodSpan(double From, double To, bool Open, double? Peak, string Reason);
