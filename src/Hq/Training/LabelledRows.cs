using System.Globalization;

namespace EdgeRuntime.Hq.Training;

/// <summary>Rows that people called normal or event: what a classifier is fitted on. Whose moment is unknown is not among them.</summary>
sealed record LabelledRows(IReadOnlyList<float[]> Rows, IReadOnlyList<bool> IsEvent)
{
    internal int Width => Rows[0].Length;

    /// <exception cref="TrainingException">One kind is missing, a row is not finite or not of the same width, or a weight is not above 0.</exception>
    internal void Check(IReadOnlyList<float> weights)
    {
        if (Rows.Count != IsEvent.Count || (weights.Count > 0 && weights.Count != Rows.Count))
            throw new ArgumentException($"There are {Rows.Count} rows, {IsEvent.Count} labels and {weights.Count} weights.", nameof(weights));
        int events = IsEvent.Count(e => e);
        if (events == 0 || events == Rows.Count)
            throw new TrainingException(
                $"All {Rows.Count} rows to train on are {(events == 0 ? "normal" : "events")}; a classifier learns from both: add recordings of the other kind, or train t2q, which needs normal rows only.");
        for (int i = 0; i < Rows.Count; i++)
        {
            if (Rows[i].Length != Width)
                throw new ArgumentException($"Row {i} has {Rows[i].Length} values, the first has {Width}.");
            if (Array.FindIndex(Rows[i], v => !float.IsFinite(v)) is >= 0 and var bad)
                throw new TrainingException(string.Create(CultureInfo.InvariantCulture, $"Row {i} holds {Rows[i][bad]} in feature {bad}; only whole vectors can be trained on."));
        }

        for (int i = 0; i < weights.Count; i++)
        {
            if (!(weights[i] > 0 && float.IsFinite(weights[i])))
                throw new TrainingException(string.Create(CultureInfo.InvariantCulture, $"Row {i} has the weight {weights[i]}; a weight is above 0."));
        }
    }

    /// <summary>Median of each feature over the normal rows.</summary>
    internal double[] NormalMedians()
    {
        var normal = new List<double>(Rows.Count);
        var medians = new double[Width];
        for (int j = 0; j < medians.Length; j++)
        {
            normal.Clear();
            for (int i = 0; i < Rows.Count; i++)
            {
                if (!IsEvent[i])
                    normal.Add(Rows[i][j]);
            }

            medians[j] = ControlLimits.Quantile(normal, 0.5);
        }

        return medians;
    }
}
