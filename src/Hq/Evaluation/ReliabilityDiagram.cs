namespace EdgeRuntime.Hq.Evaluation;

/// <summary>Rows whose probabilities lie beside each other.</summary>
/// <param name="Mean">What was said, on the mean.</param>
/// <param name="Frequency">What came: the share of them that were events.</param>
readonly record struct ReliabilityBin(double From, double To, double Mean, double Frequency, int Rows);

/// <summary>
/// Whether a probability of 0.8 is right in 8 of 10 rows. Bins hold equally many rows (equal values stay together), because probabilities crowd at the ends
/// and bins of equal width would be empty in the middle. The expected calibration error is Σ n_b/N · |mean_b - frequency_b| over these bins (ECE of
/// Naeini et al. 2015 with the adaptive bins of Nguyen and O'Connor 2015); the one over 10 bins of equal width (Guo et al. 2017) stands beside it.
/// </summary>
sealed record ReliabilityDiagram(Estimate Error, Estimate EqualWidthError, IReadOnlyList<ReliabilityBin> Bins)
{
    internal const int BinsMax = 10;

    /// <param name="falling">By falling probability; none: the model gives no probabilities.</param>
    internal static ReliabilityDiagram? Of(ScoredRow[] falling, int blocks, BlockBootstrap bootstrap)
    {
        if (falling.Length == 0)
            return null;
        ScoredRow[] rows = [.. falling.Reverse()];
        int[] equalCount = EqualCount(rows), equalWidth = [.. rows.Select(r => Math.Min((int)(r.Value * BinsMax), BinsMax - 1))];
        HashSet<int> present = [.. rows.Select(r => r.Block)];
        return new ReliabilityDiagram(
            bootstrap.Of(blocks, ErrorOf(rows, equalCount, blocks), present.Contains),
            bootstrap.Of(blocks, ErrorOf(rows, equalWidth, blocks), present.Contains),
            [.. rows.Zip(equalCount).GroupBy(p => p.Second, p => p.First).Select(Bin)]);
    }

    static int[] EqualCount(ScoredRow[] rows)
    {
        var bins = new int[rows.Length];
        int bin = 0;
        for (int i = 1; i < rows.Length; i++)
        {
            if (rows[i].Value != rows[i - 1].Value)
                bin = Math.Max(bin, (int)((long)i * BinsMax / rows.Length));
            bins[i] = bin;
        }

        return bins;
    }

    static ReliabilityBin Bin(IGrouping<int, ScoredRow> bin) =>
        new(bin.First().Value, bin.Last().Value, bin.Average(r => r.Value), bin.Average(r => r.IsEvent ? 1.0 : 0.0), bin.Count());

    /// <summary>The error of any draw of blocks. What a block adds to each bin is summed once: a thousand draws over every row would take longer than all else that is measured.</summary>
    static Func<int[], double?> ErrorOf(ScoredRow[] rows, int[] binOf, int blocks)
    {
        var lengths = new long[blocks];
        // What was said less what came: place of the block times bins, plus bin.
        var off = new double[blocks * BinsMax];
        for (int i = 0; i < rows.Length; i++)
        {
            lengths[rows[i].Block]++;
            off[(rows[i].Block * BinsMax) + binOf[i]] += rows[i].Value - (rows[i].IsEvent ? 1 : 0);
        }

        return times =>
        {
            long all = 0;
            Span<double> sums = stackalloc double[BinsMax];
            sums.Clear();
            for (int block = 0; block < blocks; block++)
            {
                all += times[block] * lengths[block];
                for (int bin = 0; bin < BinsMax; bin++)
                    sums[bin] += times[block] * off[(block * BinsMax) + bin];
            }

            double error = 0;
            foreach (double sum in sums)
                error += Math.Abs(sum);
            return all == 0 ? null : error / all;
        };
    }
}
