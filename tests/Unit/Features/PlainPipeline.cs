using System.Globalization;
using EdgeRuntime.Facts;
using EdgeRuntime.Journal;

namespace EdgeRuntime.Tests.Unit.Features;

sealed record PlainInput(string Signal, double? Low = null, double? High = null, double? StuckSeconds = null, double? Rate = null, double? MaxAgeSeconds = null);

/// <param name="Seconds">Window, lag or time constant.</param>
/// <param name="Low">Of the band or of the state.</param>
/// <param name="Weights">Of a residual, the intercept first.</param>
sealed record PlainFeature(
    string Name, string Op, string[] Of, double Seconds = 0, double Mean = 0, double Std = 1, double Low = 0, double High = 0, double[]? Weights = null);

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
        string of = f.Op is "difference" or "ratio" or "residual" ? $"[{string.Join(", ", f.Of)}]" : f.Of[0];
        string key = f.Op switch { "lag" => "lag", "ewma" => "timeConstant", _ => "window" };
        string rest = f.Op switch
        {
            "last" or "age" or "difference" or "ratio" => "",
            "residual" => string.Create(CultureInfo.InvariantCulture, $", intercept: {f.Weights![0]:R}, coefficients: [{string.Join(", ", f.Weights[1..].Select(w => w.ToString("R", CultureInfo.InvariantCulture)))}]"),
            "band-energy" => string.Create(CultureInfo.InvariantCulture, $", window: PT{f.Seconds:0.###}S, band: [{f.Low:R}, {f.High:R}]"),
            "time-in-state" => string.Create(CultureInfo.InvariantCulture, $", window: PT{f.Seconds:0.###}S, state: [{f.Low:R}, {f.High:R}]"),
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
        long reach = features.Where(f => f.Of[0] == inputs[signal].Signal && f.Op is not ("ewma" or "difference" or "ratio" or "zscore" or "residual"))
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
                bool derived = feature.Op is "difference" or "ratio" or "zscore" or "residual";
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
            "residual" => a - f.Of[1..].Zip(f.Weights![1..]).Aggregate(f.Weights[0], (sum, term) => sum + term.Second * done[term.First]!.Value),
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

        if (f.Op == "time-in-state")
            return TimeInState(f, seen, moment, maxAge);
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
            case "crest": return v.Max(Math.Abs) / Math.Sqrt(squares / v.Count);
            case "band-energy": return BandEnergy(f, v, t);
            case "kurtosis":
                double second = 0, fourth = 0;
                foreach (double d in v.Select(x => x - mean))
                {
                    second += d * d;
                    fourth += d * d * (d * d);
                }

                return fourth / v.Count / (second / v.Count * (second / v.Count));
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

    /// <summary>Nanosecond by nanosecond would be the definition; from one taken sample to the next is the same.</summary>
    static double? TimeInState(PlainFeature f, Seen seen, long moment, long? maxAge)
    {
        long from = moment - Ns(f.Seconds);
        var held = Between(seen, from, moment).Where(s => s.Sample.Taken).Select(s => (s.At, s.Sample.Value)).ToList();
        if (Newest(seen, from) is { } before)
            held.Insert(0, before);
        if (held.Count == 0)
            return null;
        long inside = 0;
        bool known = false;
        for (int i = 0; i < held.Count; i++)
        {
            long end = i + 1 < held.Count ? held[i + 1].At : moment;
            if (maxAge is { } age && held[i].At + age < end)
                end = held[i].At + age;
            long start = Math.Max(from, held[i].At);
            if (end > start || (end == start && start > from))
            {
                known = true;
                inside += held[i].Value >= f.Low && held[i].Value <= f.High ? end - start : 0;
            }
        }

        return known ? inside / 1e9 : null;
    }

    static double? BandEnergy(PlainFeature f, List<double> v, List<long> t)
    {
        if (v.Count < 8)
            return null;
        double rate = (v.Count - 1) / ((t[^1] - t[0]) / 1e9);
        for (int i = 1; i < t.Count; i++)
        {
            if (Math.Abs((t[i] - t[i - 1]) / 1e9 - 1 / rate) > 1 / rate / 2)
                return null;
        }

        int length = 1;
        while (length < v.Count)
            length *= 2;
        double sum = 0;
        for (int i = 0; i < v.Count; i++)
            sum += v[i];
        double mean = sum / v.Count;
        (double Re, double Im)[] x = Transform([.. Enumerable.Range(0, length).Select(i => (i < v.Count ? v[i] - mean : 0.0, 0.0))]);
        double energy = 0;
        bool any = false;
        for (int k = 0; k <= length / 2; k++)
        {
            double frequency = k * rate / length;
            if (frequency >= f.Low && frequency <= f.High)
            {
                any = true;
                double power = x[k].Re * x[k].Re + x[k].Im * x[k].Im;
                energy += k > 0 && k < length / 2 ? 2 * power : power;
            }
        }

        return any ? energy / ((double)length * v.Count) : null;
    }

    /// <summary>By the definition of the halves: even places, odd places, joined.</summary>
    static (double Re, double Im)[] Transform((double Re, double Im)[] x)
    {
        if (x.Length == 1)
            return x;
        var even = Transform([.. x.Where((_, i) => i % 2 == 0)]);
        var odd = Transform([.. x.Where((_, i) => i % 2 == 1)]);
        var joined = new (double Re, double Im)[x.Length];
        for (int k = 0; k < x.Length / 2; k++)
        {
            (double c, double s) = Turn(k, x.Length / 2);
            double re = odd[k].Re * c + odd[k].Im * s, im = odd[k].Im * c - odd[k].Re * s;
            joined[k] = (even[k].Re + re, even[k].Im + im);
            joined[k + x.Length / 2] = (even[k].Re - re, even[k].Im - im);
        }

        return joined;
    }

    /// <summary>Cosine and sine of k/n of half a circle.</summary>
    static (double Cos, double Sin) Turn(int k, int n)
    {
        if (k == 0)
            return (1, 0);
        if (k % 2 == 0)
            return Turn(k / 2, n / 2);
        double c = 0, s = 1;
        for (int parts = 2; parts < n; parts *= 2)
        {
            c = Math.Sqrt((1 + c) / 2);
            s /= 2 * c;
        }

        (double olderC, double olderS) = Turn((k - 1) / 2, n / 2);
        return (olderC * c - olderS * s, olderC * s + olderS * c);
    }
}
