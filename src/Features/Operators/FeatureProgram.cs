using EdgeRuntime.Facts;
using EdgeRuntime.Facts.Canonical;
using EdgeRuntime.Features.Definition;
using EdgeRuntime.Features.Windows;

namespace EdgeRuntime.Features.Operators;

/// <summary>The steps of one pipeline over the histories of its signals, ready to be computed moment by moment.</summary>
sealed class FeatureProgram
{
    readonly FeatureStep[] _steps;
    readonly FeatureValue[] _done;
    readonly int[] _columns;
    readonly WindowView[] _windows;

    /// <summary>Windows of which mean and deviation are asked for, by fours of much the same length; what is left over computes alone.</summary>
    readonly WindowQuad[] _quads;
    readonly HeldNow _held;

    /// <summary>The steps that give the newest sample, most of many pipelines.</summary>
    readonly HeldValue[] _lasts;

    /// <summary>Places of the steps that neither those nor the quads compute, in order.</summary>
    readonly int[] _others;

    /// <summary>Places of the steps with endless memory.</summary>
    readonly int[] _endless;

    /// <summary>Places of the base and of the derived features in the document's order.</summary>
    readonly int[][] _stages;

    /// <param name="histories">By the signal's place in the definition's inputs.</param>
    public FeatureProgram(FeaturePipelineDefinition definition, IReadOnlyList<SignalHistory> histories)
    {
        var windows = new Dictionary<(string Signal, long Length), WindowView>();
        var spectrum = new Spectrum();
        _held = new HeldNow(histories);
        var placeOf = new Dictionary<string, int>(StringComparer.Ordinal);
        _steps = new FeatureStep[definition.Order.Count];
        for (int i = 0; i < _steps.Length; i++)
        {
            FeatureDefinition feature = definition.Order[i];
            _steps[i] = feature.Operator.IsDerived()
                ? new DerivedStep(feature, [.. feature.Of.Select(name => placeOf[name])])
                : BaseStep(feature, definition, histories, _held, windows, spectrum);
            placeOf[feature.Name] = i;
        }

        _done = new FeatureValue[_steps.Length];
        _columns = [.. definition.Columns.Select(column => placeOf[column.Name])];
        _windows = [.. windows.Values];
        SummedWindow[][] summed = [.. definition.Order.Where(f => f.Operator == FeatureOperator.Std).OrderBy(f => f.Window).DistinctBy(WindowOf)
            .Select(std => new SummedWindow(windows[WindowOf(std)], PlaceOf(FeatureOperator.Mean, std), placeOf[std.Name]))
            .Chunk(WindowQuad.Size).Where(four => four.Length == WindowQuad.Size)];
        _quads = [.. summed.Select(four => new WindowQuad(four[0], four[1], four[2], four[3]))];
        _lasts = [.. Enumerable.Range(0, _steps.Length).Where(i => _steps[i] is LastStep).Select(i => ((LastStep)_steps[i]).HeldAt(i))];
        _others = [.. Enumerable.Range(0, _steps.Length).Except(_lasts.Select(last => last.Place)).Except(summed.SelectMany(four => four).SelectMany(one => new[] { one.MeanPlace, one.StdPlace }))];
        _endless = [.. Enumerable.Range(0, _steps.Length).Where(i => _steps[i].IsEndless)];
        _stages = [PlacesOf(derived: false), PlacesOf(derived: true)];

        int PlaceOf(FeatureOperator op, FeatureDefinition std) =>
            definition.Order.FirstOrDefault(f => f.Operator == op && WindowOf(f) == WindowOf(std)) is { } same ? placeOf[same.Name] : -1;
        int[] PlacesOf(bool derived) => [.. definition.Computed(derived).Select(f => placeOf[f.Name])];
    }

    /// <summary>How far the features that are computed look back on a signal.</summary>
    public static long Reach(FeaturePipelineDefinition definition, string signal) => definition.Order
        .Where(f => !f.Operator.IsDerived() && f.Of[0] == signal)
        .Select(f => Math.Max(f.Window.Nanoseconds(), f.Lag.Nanoseconds()))
        .DefaultIfEmpty(0)
        .Max();

    /// <summary>The vector's numbers at a moment, and what is missing in it.</summary>
    public float[] At(long moment, out IReadOnlyList<FeatureGap> gaps)
    {
        _held.MoveTo(moment);
        foreach (WindowQuad quad in _quads)
            quad.MoveTo(moment, _done);
        foreach (ref readonly HeldValue last in _lasts.AsSpan())
            _done[last.Place] = _held.TryFresh(last.Signal, moment, last.MaxAge, out double value) ? FeatureValue.Of(value) : _steps[last.Place].At(moment, []);
        foreach (int place in _others)
            _done[place] = _steps[place].At(moment, _done.AsSpan(0, place));
        return Vector(out gaps);
    }

    /// <summary>The same for a moment that is out, from what the histories hold now.</summary>
    /// <param name="levels">What <see cref="Levels"/> gave then: steps with endless memory cannot go back.</param>
    public float[] Again(long moment, FeatureValue[] levels, out IReadOnlyList<FeatureGap> gaps)
    {
        _held.MoveTo(moment);
        int next = 0;
        for (int i = 0; i < _steps.Length; i++)
            _done[i] = _steps[i].IsEndless ? levels[next++] : _steps[i].At(moment, _done.AsSpan(0, i));
        return Vector(out gaps);
    }

    /// <summary>Of the vector just made: nanoseconds from the oldest of the newest usable samples of each signal; -1 when one has none.</summary>
    public long InputAge => _held.Age;

    /// <summary>Lets the steps with endless memory take what lies at or before a moment at which no vector is wanted.</summary>
    public void Advance(long moment)
    {
        foreach (int place in _endless)
            _steps[place].At(moment, []);
    }

    /// <summary>What the steps with endless memory gave for the vector just made.</summary>
    public FeatureValue[] Levels() => _endless.Length == 0 ? [] : [.. _endless.Select(place => _done[place])];

    /// <summary>What a stage gave for the vector just made.</summary>
    public double[] Stage(bool derived, out IReadOnlyList<FeatureGap> gaps)
    {
        int[] places = _stages[derived ? 1 : 0];
        var values = new double[places.Length];
        var missing = new List<FeatureGap>();
        for (int i = 0; i < places.Length; i++)
        {
            FeatureValue value = _done[places[i]];
            values[i] = value.IsMissing ? double.NaN : value.Number;
            if (value.Fault is { } fault)
                missing.Add(new FeatureGap(i, fault));
        }

        gaps = missing;
        return values;
    }

    float[] Vector(out IReadOnlyList<FeatureGap> gaps)
    {
        foreach (WindowView window in _windows)
            window.Forget();
        var values = new float[_columns.Length];
        List<FeatureGap>? missing = null;
        for (int i = 0; i < values.Length; i++)
        {
            FeatureValue value = _done[_columns[i]];
            values[i] = value.IsMissing ? float.NaN : (float)value.Number;
            if (value.Fault is { } fault)
                (missing ??= []).Add(new FeatureGap(i, fault));
        }

        gaps = missing ?? (IReadOnlyList<FeatureGap>)[];
        return values;
    }

    public void Save(CanonicalWriter to)
    {
        foreach (FeatureStep step in _steps)
            step.Save(to);
    }

    public void Restore(ref CanonicalReader from)
    {
        foreach (FeatureStep step in _steps)
            step.Restore(ref from);
    }

    static (string Signal, long Length) WindowOf(FeatureDefinition feature) => (feature.Of[0], feature.Window.Nanoseconds());

    static FeatureStep BaseStep(
        FeatureDefinition feature,
        FeaturePipelineDefinition definition,
        IReadOnlyList<SignalHistory> histories,
        HeldNow held,
        Dictionary<(string Signal, long Length), WindowView> windows,
        Spectrum spectrum)
    {
        int place = 0;
        while (definition.Inputs[place].Signal != feature.Of[0])
            place++;
        SignalHistory history = histories[place];
        long? maxAge = definition.Inputs[place].MaxAge?.Nanoseconds();
        switch (feature.Operator)
        {
            case FeatureOperator.Last:
                return new LastStep(held, history, place, maxAge);
            case FeatureOperator.Age or FeatureOperator.Lag:
                return new HeldStep(feature.Operator, history, feature.Lag.Nanoseconds(), maxAge);
            case FeatureOperator.Ewma:
                return new EwmaStep(history, feature.TimeConstant.Nanoseconds(), maxAge);
            case FeatureOperator.TimeInState:
                return new TimeInStateStep(feature, history, maxAge);
            default:
                long length = feature.Window.Nanoseconds();
                if (!windows.TryGetValue((feature.Of[0], length), out WindowView? window))
                    windows.Add((feature.Of[0], length), window = new WindowView(history, length));
                return feature.Operator == FeatureOperator.BandEnergy ? new BandEnergyStep(feature, window, spectrum) : new WindowStep(feature.Operator, window);
        }
    }
}
