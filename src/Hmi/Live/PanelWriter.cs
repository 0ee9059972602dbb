using System.Globalization;
using System.Text;
using EdgeRuntime.Facts;
using EdgeRuntime.Hmi.Floor;

namespace EdgeRuntime.Hmi.Live;

/// <summary>Puts a snapshot into words and places.</summary>
sealed class PanelWriter
{
    internal const int ReasonsShown = 4;
    internal const int ContributionsShown = 5;
    internal const int FindingsShown = 3;

    /// <summary>As many as one line of a 1280 px panel holds.</summary>
    internal const int GapsShown = 2;

    const long DayNanoseconds = 86_400L * 1_000_000_000;

    readonly Dictionary<string, string> _text = new(StringComparer.Ordinal);
    readonly Dictionary<string, string> _mark = new(StringComparer.Ordinal);
    readonly Dictionary<string, double?> _share = new(StringComparer.Ordinal);
    readonly Dictionary<string, string> _line = new(StringComparer.Ordinal);
    readonly FloorSnapshot _floor;
    readonly long _oldAfter;

    PanelWriter(FloorSnapshot floor, HmiOptions options)
    {
        _floor = floor;
        _oldAfter = options.OldAfter.Ticks * 100;
    }

    internal static PanelFrame Write(FloorSnapshot floor, HmiOptions options)
    {
        var writer = new PanelWriter(floor, options);
        writer.Whole();
        foreach (AssetSnapshot asset in floor.Assets)
            writer.Asset(asset);
        return new PanelFrame
        {
            Now = floor.Now.UnixNanoseconds / 1_000_000,
            Shape = ShapeOf(floor, options),
            Text = writer._text,
            Mark = writer._mark,
            Share = writer._share,
            Line = writer._line,
        };
    }

    static string ShapeOf(FloorSnapshot floor, HmiOptions options)
    {
        var parts = new StringBuilder(options.Build);
        foreach (AssetSnapshot asset in floor.Assets)
        {
            foreach (ArmSnapshot arm in asset.Arms)
                parts.Append('\n').Append(asset.Asset.Id).Append(' ').Append(Words.Key(arm.Arm.Role));
        }

        foreach (SourceLine source in floor.Sources)
            parts.Append('\n').Append(source.Name);
        return Digest.Of(Encoding.UTF8.GetBytes(parts.ToString())).Short;
    }

    void Whole()
    {
        _text["now"] = Words.Clock(_floor.Now.UnixNanoseconds);
        _text["frame"] = Words.Count(_floor.Frame);
        _text["trouble"] = _floor.Trouble ?? "";
        Reconciliation(_floor.Reconciliation);
        if (_floor.Gaps is { } gaps)
            Gaps(gaps);
        foreach (SourceLine source in _floor.Sources)
        {
            _mark["source." + source.Name] = Words.Key(source.Health);
            _text[$"source.{source.Name}.word"] = Words.Word(source.Health);
            _text[$"source.{source.Name}.sentence"] = source.Sentence;
        }

        for (int i = 0; i < FindingsShown; i++)
            Finding(i, i < _floor.Findings.Count ? _floor.Findings[i] : null);
        _text["findings.none"] = _floor.Findings.Count == 0 ? "No findings." : "";
        _text["findings.count"] = _floor.Findings.Count.ToString(CultureInfo.InvariantCulture);
    }

    void Reconciliation(ReconciliationLine line)
    {
        _mark["recon"] = line.Balances ? "balanced" : "broken";
        _text["recon.received"] = Words.Count(line.Received);
        _text["recon.stored"] = Words.Count(line.Stored);
        _text["recon.accounted"] = Words.Count(line.Accounted);
        _text["recon.causes"] = string.Join(", ", line.ByCause.Where(c => c.Value != 0).OrderByDescending(c => c.Value)
            .Select(c => $"{c.Key} {Words.Count(c.Value)}"));
        _text["recon.writing"] = line.BeingWritten <= 0 || !line.Balances ? ""
            : $"+ {Words.Count(line.BeingWritten)} being written" + (line.LeastBeingWritten > 0 ? $" (never fewer than {Words.Count(line.LeastBeingWritten)} for a minute)" : "");
        _text["recon.verdict"] = line.Missing > 0 ? $"Does not balance: {Words.Count(line.Missing)} values missing"
            : line.TooMany > 0 ? $"Does not balance: {Words.Count(line.TooMany)} values too many"
            : "Balances";
    }

    /// <summary>The longest open first: what is over can wait, what is missing now cannot.</summary>
    void Gaps(GapReport gaps)
    {
        GapLine[] open = [.. gaps.Open.OrderBy(g => g.From).ThenBy(g => g.Tag, StringComparer.Ordinal)];
        _mark["gaps"] = open.Length == 0 ? "none" : "open";
        _text["gaps.count"] = open.Length == 0 ? "Nothing is missing now" : open.Length == 1 ? "1 gap is open" : $"{Words.Count(open.Length)} gaps are open";
        _text["gaps.open"] = string.Join(" · ", open.Take(GapsShown).Select(g =>
            $"{(g.Tag.Length > 0 ? g.Tag : "all of " + g.Source)}: {Words.Word(g.Cause)} for {Words.Span(_floor.Now.UnixNanoseconds - g.From.UnixNanoseconds)}"));
        long day = _floor.Now.UnixNanoseconds - DayNanoseconds;
        GapLine[] recent = [.. gaps.Closed.Where(g => g.To!.Value.UnixNanoseconds >= day)];
        _text["gaps.day"] = recent.Length == 0 ? "none ended in the last 24 h" : $"{Words.Count(recent.Length)} ended in the last 24 h: "
            + string.Join(", ", recent.GroupBy(g => g.Cause).OrderByDescending(c => c.Count()).ThenBy(c => c.Key).Select(c => $"{Words.Word(c.Key)} {Words.Count(c.Count())}"));
    }

    void Finding(int slot, Recorded<Finding>? finding)
    {
        string key = string.Create(CultureInfo.InvariantCulture, $"finding.{slot}");
        _mark[key] = finding is null ? "none" : Words.Key(finding.Fact.Priority);
        _text[key + ".time"] = finding is null ? "" : Words.Clock(finding.Ingest.UnixNanoseconds);
        _text[key + ".sentence"] = finding?.Fact.Sentence ?? "";
    }

    void Asset(AssetSnapshot asset)
    {
        string id = asset.Asset.Id;
        Answer(id, asset);
        for (int i = 0; i < asset.Signals.Count; i++)
            Signal(string.Create(CultureInfo.InvariantCulture, $"{id}.s{i}"), asset.Signals[i]);
        foreach (ArmSnapshot arm in asset.Arms)
            Arm($"{id}.{Words.Key(arm.Arm.Role)}", asset, arm);
        _line[id + ".spark"] = Spark(asset);
        _text[id + ".answers"] = Answers(asset);
    }

    void Answer(string id, AssetSnapshot asset)
    {
        Decision? decision = asset.Decision;
        long silence = decision is null ? 0 : _floor.Now.UnixNanoseconds - asset.Decided.UnixNanoseconds;
        bool old = silence > _oldAfter;
        _mark[id] = decision is null ? "none" : old ? "old" : Words.Key(decision.State);
        _text[id + ".state"] = decision is null ? "No answer yet" : old ? "Old answer" : Words.Key(decision.State) switch
        {
            "normal" => "Normal",
            "anomaly" => "Anomaly",
            _ => "Unknown",
        };
        _text[id + ".for"] = decision is null ? ""
            : old ? $"nothing for {Words.Span(silence)}; it was {Words.Key(decision.State)}"
            : $"for {Words.Span(decision.At.UnixNanoseconds - asset.StateSince.UnixNanoseconds)}";
        _text[id + ".score"] = Words.Score(decision?.Score ?? double.NaN);
        _text[id + ".limit"] = Words.Score(decision?.Threshold ?? double.NaN);
        double ratio = decision is { Threshold: > 0 } ? decision.Score / decision.Threshold : double.NaN;
        _text[id + ".ratio"] = double.IsFinite(ratio) ? Words.Score(ratio) + " × limit" : "no score";
        // The limit always stands in the middle of the bar, so that near and far are seen without reading.
        _share[id + ".score"] = double.IsFinite(ratio) ? Math.Clamp(ratio / 2, 0, 1) : null;
        _text[id + ".rung"] = decision is null ? Words.None : Words.Word(decision.Rung);
        _mark[id + ".rung"] = decision is null ? "none" : decision.Rung == Rung.Primary ? "primary" : "fallback";
        _text[id + ".confidence"] = Words.Percent(decision?.Confidence ?? double.NaN);
        _text[id + ".age"] = decision is null ? Words.None : decision.Age < 0 ? "not known" : Words.Span(decision.Age + silence);
        _text[id + ".at"] = decision is null ? Words.None : Words.DayAndClock(decision.At.UnixNanoseconds);
        _text[id + ".prediction"] = decision?.PredictionId ?? Words.None;
        _text[id + ".model"] = decision is null || decision.Model.IsNone ? "no model" : decision.Model.Short;
        for (int i = 0; i < ReasonsShown; i++)
            _text[string.Create(CultureInfo.InvariantCulture, $"{id}.reason{i}")] = decision is not null && i < decision.Reasons.Count ? decision.Reasons[i] : "";
        for (int i = 0; i < ContributionsShown; i++)
            Contribution(string.Create(CultureInfo.InvariantCulture, $"{id}.c{i}"), asset.Asset, decision is not null && i < decision.Contributions.Count ? decision.Contributions[i] : null);
    }

    void Contribution(string key, WatchedAsset asset, Contribution? contribution)
    {
        _mark[key] = contribution is null ? "none" : "shown";
        _text[key + ".name"] = contribution is null ? "" : Words.Feature(asset, contribution.Value.Feature);
        _text[key + ".share"] = contribution is null ? "" : Words.Percent(contribution.Value.Share);
        _share[key] = contribution is null ? null : Math.Clamp(contribution.Value.Share, 0, 1);
    }

    void Signal(string key, SignalSnapshot signal)
    {
        long age = signal.Newest is { } sample ? _floor.Now.UnixNanoseconds - sample.Ingest.UnixNanoseconds : 0;
        string mark = signal.Newest is not { } newest ? "none"
            : newest.Quality.IsBad ? "bad"
            : age > _oldAfter ? "old"
            : newest.Quality.IsUncertain ? "uncertain"
            : "good";
        _mark[key] = mark;
        _text[key + ".value"] = Words.Value(signal);
        _text[key + ".word"] = mark switch
        {
            "good" => "",
            "none" => "no value",
            _ => mark,
        };
        _text[key + ".quality"] = signal.Newest is null ? Words.None : mark == "old" ? "Old" : signal.Newest.Value.Quality.ToString();
        _text[key + ".time"] = signal.Newest is null ? Words.None : Words.DayAndClock(signal.Newest.Value.Event.UnixNanoseconds);
        _text[key + ".age"] = signal.Newest is null ? Words.None : Words.Span(age);
        _share[key] = ShareOf(signal);
    }

    static double? ShareOf(SignalSnapshot signal) =>
        signal is { Newest: { } sample, Signal: { Low: { } low, High: { } high } } && high > low
        && sample.Value.TryNumber(out double number) && double.IsFinite(number)
            ? Math.Clamp((number - low) / (high - low), 0, 1)
            : null;

    void Arm(string key, AssetSnapshot asset, ArmSnapshot arm)
    {
        bool none = arm.Arm.Serving.IsNone;
        _text[key + ".title"] = none ? "No model: rules only" : arm.Arm.Release;
        _text[key + ".digest"] = none ? "" : arm.Arm.Serving.Short;
        _text[key + ".signed"] = Words.Signed(arm.Arm);
        _mark[key + ".signed"] = none ? "none" : arm.Arm.Signed ? "signed" : "unsigned";
        _text[key + ".class"] = arm.Qualified is { } found ? $"class {found.Class}" : Words.None;
        string breaker = arm.Breaker?.To ?? "closed";
        _text[key + ".breaker"] = breaker;
        _mark[key + ".breaker"] = breaker == "closed" ? "closed" : "open";
        bool whole = arm.Arm.Role == ArmRole.Primary && _floor.DecisionLatency is not null;
        (double? p50, double? p99) = whole ? (_floor.DecisionLatency!.Value.P50, _floor.DecisionLatency.Value.P99) : (arm.CallP50, arm.CallP99);
        _text[key + ".latency"] = p50 is null ? Words.None : $"{Words.Microseconds(p50)} · {Words.Microseconds(p99)}";
        _text[key + ".answers"] = arm.Arm.Role == ArmRole.Primary ? Answers(asset) : "recorded only";
    }

    static string Answers(AssetSnapshot asset) => asset.Answers.Count == 0 ? Words.None
        : string.Join(" · ", asset.Answers.Select(a => string.Create(CultureInfo.InvariantCulture, $"{Words.Word(a.Rung)} {a.Count}")));

    /// <summary>Score over its limit, limit in the middle; columns without an answer are left out.</summary>
    static string Spark(AssetSnapshot asset)
    {
        double limit = asset.Decision?.Threshold ?? double.NaN;
        if (!(limit > 0))
            return "";
        var points = new StringBuilder();
        for (int i = 0; i < asset.Spark.Length; i++)
        {
            if (!double.IsFinite(asset.Spark[i]))
                continue;
            double x = i * 100.0 / (AssetSnapshot.SparkColumns - 1);
            double y = 24 - Math.Clamp(asset.Spark[i] / limit / 2, 0, 1) * 24;
            points.Append(CultureInfo.InvariantCulture, $"{x:0.#},{y:0.#} ");
        }

        return points.ToString().TrimEnd();
    }
}
