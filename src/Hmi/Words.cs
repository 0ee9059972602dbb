using System.Globalization;
using EdgeRuntime.Facts;
using EdgeRuntime.Hmi.Floor;

namespace EdgeRuntime.Hmi;

/// <summary>Facts in floor words. The key of a word is the same in the API, in CSS and in tests; the word is for people.</summary>
static class Words
{
    /// <summary>Groups of three are kept apart by a narrow space that does not break.</summary>
    static readonly NumberFormatInfo Grouped = new() { NumberGroupSeparator = "\u202f", NumberDecimalSeparator = "." };

    internal const string None = "–";

    internal static string Key(ArmRole role) => FloorWords.Of(role);

    internal static string Key(Rung rung) => FloorWords.Of(rung);

    internal static string Word(Rung rung) => rung switch
    {
        Rung.Primary => "Model",
        Rung.Previous => "Previous model",
        Rung.Cached => "Last good answer",
        Rung.SimpleModel => "Simple model",
        Rung.Rules => "Rules",
        Rung.LowConfidence => "Nobody (low confidence)",
        _ => Key(rung),
    };

    internal static string Word(ArmRole role) => role switch
    {
        ArmRole.Primary => "Answers",
        ArmRole.Shadow => "Shadow",
        ArmRole.Previous => "Previous",
        ArmRole.Simple => "Simple",
        _ => Key(role),
    };

    internal static string Key(DecisionState state) => FloorWords.Of(state);

    internal static string Key(SourceHealth health) => health switch
    {
        SourceHealth.Connected => "connected",
        SourceHealth.Starting => "starting",
        SourceHealth.Finished => "finished",
        _ => "down",
    };

    internal static string Word(SourceHealth health) => health switch
    {
        SourceHealth.Connected => "Connected",
        SourceHealth.Starting => "Starting",
        SourceHealth.Finished => "Finished",
        _ => "Down",
    };

    internal static string Word(GapCause cause) => cause switch
    {
        GapCause.SourceDown => "source down",
        GapCause.LinkDown => "line down",
        GapCause.BadQuality => "bad quality",
        GapCause.Quarantined => "not believed",
        GapCause.BoxOff => "box off",
        GapCause.Unknown => "silent, cause unknown",
        _ => FloorWords.Of(cause),
    };

    internal static string Key(FindingPriority priority) => priority switch
    {
        FindingPriority.High => "high",
        FindingPriority.Medium => "medium",
        _ => "low",
    };

    internal static string Word(FindingLayer layer) => layer switch
    {
        FindingLayer.Runtime => "Runtime",
        FindingLayer.DataQuality => "Data quality",
        FindingLayer.ModelBehavior => "Model behaviour",
        _ => "Outcome",
    };

    internal static string Signed(Activation arm) =>
        arm.Serving.IsNone ? "No model" : arm.Signed ? "Signed" : "Not signed";

    internal static string Count(long count) => count.ToString("#,0", Grouped);

    internal static string Score(double score) => double.IsFinite(score) ? score.ToString(score >= 1000 ? "#,0" : "0.00", Grouped) : None;

    internal static string Percent(double share) =>
        double.IsFinite(share) ? (share * 100).ToString("0", CultureInfo.InvariantCulture) + "\u202f%" : None;

    /// <summary>Seconds as people say them: 0.4 s, 12 s, 3 min 5 s, 2 h 10 min, 3 d 4 h.</summary>
    internal static string Span(long nanoseconds)
    {
        double seconds = Math.Max(0, nanoseconds) / 1e9;
        long whole = (long)seconds;
        return seconds < 10 ? seconds.ToString("0.0", CultureInfo.InvariantCulture) + "\u202fs"
            : whole < 60 ? string.Create(CultureInfo.InvariantCulture, $"{whole}\u202fs")
            : whole < 3600 ? string.Create(CultureInfo.InvariantCulture, $"{whole / 60}\u202fmin {whole % 60}\u202fs")
            : whole < 86400 ? string.Create(CultureInfo.InvariantCulture, $"{whole / 3600}\u202fh {whole / 60 % 60}\u202fmin")
            : string.Create(CultureInfo.InvariantCulture, $"{whole / 86400}\u202fd {whole / 3600 % 24}\u202fh");
    }

    internal static string Microseconds(double? microseconds) => microseconds switch
    {
        null => None,
        < 1000 => microseconds.Value.ToString("0", CultureInfo.InvariantCulture) + "\u202fµs",
        _ => (microseconds.Value / 1000).ToString("0.0", CultureInfo.InvariantCulture) + "\u202fms",
    };

    internal static string Clock(long unixNanoseconds) => At(unixNanoseconds).ToString("HH:mm:ss", CultureInfo.InvariantCulture) + " UTC";

    internal static string DayAndClock(long unixNanoseconds) => At(unixNanoseconds).ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture) + " UTC";

    /// <summary>A value with as many decimals as its scale needs, so that the digits stand still.</summary>
    internal static string Value(SignalSnapshot signal)
    {
        if (signal.Newest is not { } sample)
            return None;
        if (sample.Value.Kind != TagValueKind.Double)
            return sample.Value.Kind == TagValueKind.Int64 ? Count(sample.Value.Int64) : sample.Value.ToString();
        double value = sample.Value.Double;
        if (!double.IsFinite(value))
            return "not a number";
        if (signal.Signal is { Low: { } low, High: { } high } && high > low)
            return value.ToString("F" + Decimals(high - low).ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
        return value.ToString("G5", CultureInfo.InvariantCulture);
    }

    internal static int Decimals(double span) => Math.Clamp(3 - (int)Math.Floor(Math.Log10(span)), 0, 6);

    internal static string Range(WatchedSignal signal) =>
        signal is { Low: { } low, High: { } high }
            ? string.Create(CultureInfo.InvariantCulture, $"{low:G6} … {high:G6} {signal.Unit}").TrimEnd()
            : signal.Unit;

    internal static string Feature(WatchedAsset asset, int index) =>
        index < asset.Features.Count ? asset.Features[index] : "feature " + index.ToString(CultureInfo.InvariantCulture);

    static DateTimeOffset At(long unixNanoseconds) => DateTimeOffset.UnixEpoch.AddTicks(unixNanoseconds / 100);
}
