using System.Globalization;

namespace EdgeRuntime.Hq.Training;

/// <summary>Rows that people called normal or event: what a classifier is fitted on. Whose moment is unknown is not among them.</summary>
/// <param name="Groups">Which recording each row is of; null: all of one.</param>
sealed record LabelledRows(IReadOnlyList<float[]> Rows, IReadOnlyList<bool> IsEvent, IReadOnlyList<int>? Groups = null)
{
    internal int Width => Rows.Count > 0 ? Rows[0].Length : 0;

    /// <exception cref="TrainingException">One kind is missing, or a row is not finite.</exception>
    internal void Check()
    {
        if (Rows.Count != IsEvent.Count || (Groups is { } groups && groups.Count != Rows.Count))
            throw new ArgumentException($"There are {Rows.Count} rows, {IsEvent.Count} labels and {Groups?.Count} groups.");
        if (!HasBothKinds)
            throw new TrainingException(
                $"All {Rows.Count} rows to train on are {(IsEvent.Contains(true) ? "events" : "normal")}; a classifier learns from both: add recordings of the other kind, or train t2q, which needs normal rows only.");
        for (int i = 0; i < Rows.Count; i++)
        {
            if (Rows[i].Length != Width)
                throw new ArgumentException($"Row {i} has {Rows[i].Length} values, the first has {Width}.");
            if (Array.FindIndex(Rows[i], v => !float.IsFinite(v)) is >= 0 and var bad)
                throw new TrainingException(string.Create(CultureInfo.InvariantCulture, $"Row {i} holds {Rows[i][bad]} in feature {bad}; only whole vectors can be trained on."));
        }
    }

    internal bool HasBothKinds => IsEvent.Contains(true) && IsEvent.Contains(false);

    /// <summary>What each row counts for.</summary>
    /// <param name="balanced">Every recording counts the same, however long it is; together the rows count what they did.</param>
    internal double[] Weights(bool balanced, double eventWeight)
    {
        var rowsOf = new Dictionary<int, int>();
        if (balanced && Groups is { } groups)
        {
            foreach (int group in groups)
                rowsOf[group] = rowsOf.GetValueOrDefault(group) + 1;
        }

        return [.. IsEvent.Select((isEvent, i) => (isEvent ? eventWeight : 1) * (rowsOf.Count > 0 ? (double)Rows.Count / rowsOf.Count / rowsOf[Groups![i]] : 1))];
    }

    /// <summary>The places of the rows of a share of the recordings, drawn until both kinds are among them; all where there is nothing to draw.</summary>
    internal int[] Draw(double share, int seed)
    {
        int[] all = [.. Enumerable.Range(0, Rows.Count)];
        int[] known = [.. (Groups ?? []).Distinct().Order()];
        int wanted = (int)Math.Ceiling(share * known.Length);
        if (share >= 1 || wanted >= known.Length)
            return all;
        var random = new Random(seed);
        while (true)
        {
            random.Shuffle(known);
            var drawn = known.Take(wanted).ToHashSet();
            int[] rows = [.. all.Where(i => drawn.Contains(Groups![i]))];
            if (rows.Any(i => IsEvent[i]) && rows.Any(i => !IsEvent[i]))
                return rows;
            // Where no draw of this size has both kinds, one recording more has them in the end.
            wanted = Math.Min(wanted + 1, known.Length);
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
