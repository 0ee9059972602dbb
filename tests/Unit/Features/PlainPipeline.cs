using System.Globalization;
using EdgeRuntime.Facts;
using EdgeRuntime.Journal;

namespace EdgeRuntime.Tests.Unit.Features;

sealed record PlainInput(string Signal, double? Low = null, double? High = null, double? StuckSeconds = null, double? Rate = null, double? MaxAgeSeconds = null);

/// <param name="Seconds">Window, lag or time constant.</param>
sealed record PlainFeature(string Name, string Op, string[] Of, double Seconds = 0, double Mean = 0, double Std = 1);

sealed record PlainVector(long At, float[] Values, long InputAge);

/// <summary>
/// The pipeline as a stranger would write it from OPERATORS.md: everything is kept, everything is searched, nothing is shared with the product but the facts.
/// Slow and plain on purpose. (Clocks that run away are not in it; they have tests of their own.)
/// </summary>
sealed class PlainPipeline(PlainInput[] inputs, PlainFeature[] features, double everySeconds, double latenessSeconds, double idleAfterSeconds, Func<string, string> tagOf)
{
    sealed class Seen
    {
        public readonly SortedList<long, (double Value, bool Taken)> Samples = [];
        public long? Earliest;
        public (long At, double Value)? RateFrom;
        public (long From, long To, double Value)? Run;
    }

    readonly Seen[] _seen = [.. inputs.Select(_ => new Seen())];
    readonly Dictionary<string, (long Newest, long Ingest, int Order)> _sources = [];
    readonly Dictionary<string, (long At, double Level)> _ewma = [];
    int _order;
    long? _tick;
    long? _last;

    public string Yaml => string.Create(CultureInfo.InvariantCulture, $"""
        kind: FeaturePipeline
        id: plain
        version: 1.0.0
        vector: {(everySeconds == 0 ? "{at: each-event-time}" : $"{{every: PT{everySeconds.ToString("0.###", CultureInfo.InvariantCulture)}S}}")}
        lateness: PT{latenessSeconds:0.###}S
        idleAfter: PT{idleAfterSeconds:0.###}S
        inputs:
        {string.Join('\n', inputs.Select(InputYaml))}
        features:
        {string.Join('\n', features.Select(FeatureYaml))}
        """);

    static string InputYaml(PlainInput i)
    {
        string line = $"  - {{signal: {i.Signal}";
        if (i.Low is not null)
            line += string.Create(CultureInfo.InvariantCulture, $", range: [{i.Low:R}, {i.High:R}]");
        if (i.StuckSeconds is not null)
            line += string.Create(CultureInfo.InvariantCulture, $", stuck: PT{i.StuckSeconds:0.###}S");
        if (i.Rate is not null)
            line += string.Create(CultureInfo.InvariantCulture, $", rate: {i.Rate:R}");
        if (i.MaxAgeSeconds is not null)
            line += string.Create(CultureInfo.InvariantCulture, $", maxAge: PT{i.MaxAgeSeconds:0.###}S");
        return line + "}";
    }

    static string FeatureYaml(PlainFeature f)
    {
        string of = f.Op is "difference" or "ratio" ? $"[{f.Of[0]}, {f.Of[1]}]" : f.Of[0];
        string key = f.Op switch { "lag" => "lag", "ewma" => "timeConstant", _ => "window" };
        string rest = f.Op switch
        {
            "last" or "age" or "difference" or "ratio" => "",
            "zscore" => string.Create(CultureInfo.InvariantCulture, $", mean: {f.Mean:R}, std: {f.Std:R}"),
            _ => string.Create(CultureInfo.InvariantCulture, $", {key}: PT{f.Seconds:0.###}S"),
        };
        return $"  - {{name: {f.Name}, op: {f.Op}, of: {of}{rest}}}";
    }

    static long Ns(double seconds) => (long)Math.Round(seconds * 1e9);

    public List<PlainVector> Take(StoredBatch input)
    {
        FactBatch batch = input.Batch;
        if (batch.Origin == "clock")
            _tick = batch.Facts.OfType<Tick>().Select(t => t.At.UnixNanoseconds).Last();
        else if (batch.Origin is "engine" or "shadow" or "service")
            return [];
        foreach (Sample sample in batch.Samples)
        {
            int signal = Array.FindIndex(inputs, i => tagOf(i.Signal) == sample.Tag);
            if (signal >= 0)
                TakeSample(sample, signal, batch);
        }

        var vectors = new List<PlainVector>();
        if (_sources.Count == 0)
            return vectors;
        while (Next() is { } moment && moment < Watermark())
        {
            vectors.Add(Compute(moment));
            _last = moment;
        }

        return vectors;
    }

    void TakeSample(Sample sample, int signal, FactBatch batch)
    {
        long at = sample.Event.UnixNanoseconds;
        if (!_sources.TryGetValue(batch.Origin, out var source) || at > source.Newest)
            _sources[batch.Origin] = (at, batch.Ingest.UnixNanoseconds, ++_order);
        Seen seen = _seen[signal];
        bool taken = IsTaken(sample, inputs[signal], seen, out double value);
        seen.Earliest = seen.Earliest is { } earliest && earliest < at ? earliest : at;
        long reach = features.Where(f => f.Of[0] == inputs[signal].Signal && f.Op is not ("ewma" or "difference" or "ratio" or "zscore"))
            .Select(f => Ns(f.Seconds)).DefaultIfEmpty(0).Max();
        if (_last is { } last && at <= last - reach)
        {
            if (taken && (Newest(seen, last - reach) is not { } held || at >= held.At))
                seen.Samples[at] = (value, true);
        }
        else
        {
            seen.Samples[at] = (value, taken);
        }
    }

    static bool IsTaken(Sample sample, PlainInput rules, Seen seen, out double value)
    {
        value = double.NaN;
        if (sample.Quality.IsBad)
            return false;
        if (!sample.Value.TryNumber(out value) || double.IsNaN(value) || double.IsInfinity(value))
            return false;
        if (rules.Low is not null && (value < rules.Low || value > rules.High))
            return false;
        long at = sample.Event.UnixNanoseconds;
        bool tooFast = false, stuck = false;
        if (rules.Rate is not null && seen.RateFrom is { } from && at > from.At)
            tooFast = Math.Abs(value - from.Value) > rules.Rate.Value * ((at - from.At) / 1e9);
        if (rules.StuckSeconds is { } seconds && (seen.Run is null || at >= seen.Run.Value.To))
        {
            if (seen.Run is { } run && run.Value == value && at - run.To <= Ns(seconds))
                seen.Run = (run.From, at, value);
            else
                seen.Run = (at, at, value);
            stuck = at - seen.Run.Value.From > Ns(seconds);
        }

        if (tooFast || stuck)
            return false;
        if (seen.RateFrom is null || at >= seen.RateFrom.Value.At)
            seen.RateFrom = (at, value);
        return true;
    }

    long Watermark()
    {
        bool Idle((long Newest, long Ingest, int Order) s) => _tick is not null && _tick - s.Ingest >= Ns(idleAfterSeconds);
        var moving = _sources.Values.Where(s => !Idle(s)).ToList();
        var heardLast = _sources.Values.MaxBy(s => s.Order);
        long time = moving.Count > 0 ? moving.Min(s => s.Newest) : heardLast.Newest + (_tick!.Value - heardLast.Ingest);
        return time - Ns(latenessSeconds);
    }

    long? Next()
    {
        long? open = null;
        foreach (Seen seen in _seen)
        {
            foreach (var (at, _) in Between(seen, _last ?? long.MinValue, long.MaxValue))
                open = open is null || at < open ? at : open;
        }

        if (everySeconds == 0)
            return open;
        long every = Ns(everySeconds);
        if (_last is null)
            return open is null ? null : Ceiling(open.Value, every);
        long next = _last.Value + every;
        long until = open ?? Watermark();
        return until > next && (until - next) / every > 60 ? Ceiling(until, every) : next;
    }

    static long Ceiling(long at, long every)
    {
        long down = at / every * every;
        while (down < at)
            down += every;
        return down;
    }

    PlainVector Compute(long moment)
    {
        var done = new Dictionary<string, double?>();
        // Features may stand in any order: go round until all are there.
        while (done.Count < features.Length)
        {
            foreach (PlainFeature feature in features.Where(f => !done.ContainsKey(f.Name)))
            {
                bool derived = feature.Op is "difference" or "ratio" or "zscore";
                if (!derived || feature.Of.All(done.ContainsKey))
                    done[feature.Name] = Finite(derived ? Derived(feature, done) : Base(feature, moment));
            }
        }

        long? oldest = moment;
        foreach (Seen seen in _seen)
            oldest = Newest(seen, moment) is { } newest && oldest is not null ? Math.Min(oldest.Value, newest.At) : null;
        return new PlainVector(moment, [.. features.Select(f => done[f.Name] is { } value ? (float)value : float.NaN)], oldest is null ? -1 : moment - oldest.Value);
    }

    static double? Finite(double? value) => value is { } v && float.IsFinite((float)v) ? v : null;

    static double? Derived(PlainFeature f, Dictionary<string, double?> done)
    {
        if (f.Of.Any(name => done[name] is null))
            return null;
        double a = done[f.Of[0]]!.Value;
        return f.Op switch
        {
            "difference" => a - done[f.Of[1]]!.Value,
            "ratio" => a / done[f.Of[1]]!.Value,
            _ => (a - f.Mean) / f.Std,
        };
    }

    static (long At, double Value)? Newest(Seen seen, long moment)
    {
        for (int i = seen.Samples.Count - 1; i >= 0; i--)
        {
            if (seen.Samples.Keys[i] <= moment && seen.Samples.Values[i].Taken)
                return (seen.Samples.Keys[i], seen.Samples.Values[i].Value);
        }

        return null;
    }

    /// <summary>The samples of (after, upTo], oldest first; searched from the newest.</summary>
    static List<(long At, (double Value, bool Taken) Sample)> Between(Seen seen, long after, long upTo)
    {
        var found = new List<(long, (double, bool))>();
        for (int i = seen.Samples.Count - 1; i >= 0 && seen.Samples.Keys[i] > after; i--)
        {
            if (seen.Samples.Keys[i] <= upTo)
                found.Add((seen.Samples.Keys[i], seen.Samples.Values[i]));
        }

        found.Reverse();
        return found;
    }

    double? Base(PlainFeature f, long moment)
    {
        int signal = Array.FindIndex(inputs, i => i.Signal == f.Of[0]);
        Seen seen = _seen[signal];
        long? maxAge = inputs[signal].MaxAgeSeconds is { } age ? Ns(age) : null;
        if (f.Op is "last" or "lag" or "age")
        {
            long asOf = f.Op == "lag" ? moment - Ns(f.Seconds) : moment;
            if (Newest(seen, asOf) is not { } newest)
                return null;
            if (f.Op == "age")
                return (moment - newest.At) / 1e9;
            return asOf - newest.At > maxAge ? null : newest.Value;
        }

        if (f.Op == "ewma")
        {
            foreach (var (at, sample) in Between(seen, _last ?? long.MinValue, moment).Where(s => s.Sample.Taken))
            {
                if (!_ewma.TryGetValue(f.Name, out var y))
                    _ewma[f.Name] = (at, sample.Value);
                else
                {
                    double dt = (at - y.At) / 1e9;
                    _ewma[f.Name] = (at, y.Level + dt / (f.Seconds + dt) * (sample.Value - y.Level));
                }
            }

            return _ewma.TryGetValue(f.Name, out var level) && !(moment - level.At > maxAge) ? level.Level : null;
        }

        var all = Between(seen, moment - Ns(f.Seconds), moment);
        var v = all.Where(s => s.Sample.Taken).Select(s => s.Sample.Value).ToList();
        var t = all.Where(s => s.Sample.Taken).Select(s => s.At).ToList();
        if (f.Op == "count")
            return v.Count;
        if (f.Op == "bad-ratio")
            return all.Count == 0 ? null : (double)(all.Count - v.Count) / all.Count;
        if (v.Count == 0)
            return null;
        double total = 0, squares = 0, min = v[0], max = v[0];
        for (int i = 0; i < v.Count; i++)
        {
            total += v[i];
            squares += v[i] * v[i];
            min = v[i] < min ? v[i] : min;
            max = v[i] > max ? v[i] : max;
        }

        double mean = total / v.Count;
        switch (f.Op)
        {
            case "mean": return mean;
            case "min": return min;
            case "max": return max;
            case "rms": return Math.Sqrt(squares / v.Count);
            case "rate": return v.Count < 2 ? null : (v[^1] - v[^2]) / ((t[^1] - t[^2]) / 1e9);
            case "std":
                double around = 0;
                for (int i = 0; i < v.Count; i++)
                    around += (v[i] - mean) * (v[i] - mean);
                return Math.Sqrt(around / v.Count);
            case "slope":
                double xs = 0, xy = 0, xx = 0;
                for (int i = 0; i < t.Count; i++)
                    xs += (t[i] - moment) / 1e9;
                double xm = xs / t.Count;
                for (int i = 0; i < t.Count; i++)
                {
                    double x = (t[i] - moment) / 1e9 - xm;
                    xy += x * (v[i] - mean);
                    xx += x * x;
                }

                return xy / xx;
            default: throw new InvalidOperationException(f.Op);
        }
    }
}
