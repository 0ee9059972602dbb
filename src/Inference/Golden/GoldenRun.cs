using System.Globalization;
using System.Text;
using EdgeRuntime.Facts;

namespace EdgeRuntime.Inference.Golden;

/// <summary>The first answer that was not the one the release promises.</summary>
/// <param name="Row">From 1, without the header.</param>
/// <param name="Output">As the file's header names it, without <c>out:</c>.</param>
public sealed record GoldenDifference(int Row, string Output, float Expected, float Found);

/// <param name="Rows">Rows that were asked.</param>
/// <param name="Difference">Null when all answers were as promised, or when a question was not answered at all.</param>
/// <param name="LargestDeviation">The largest difference seen, relative to the expected value where that is above 1.</param>
/// <param name="Sentence">What happened, for the log and the screen.</param>
public sealed record GoldenResult(bool Passed, int Rows, GoldenDifference? Difference, double LargestDeviation, string Sentence);

/// <summary>Asks a loaded model the release's golden questions on this machine and compares the answers.</summary>
public static class GoldenRun
{
    /// <summary>Rows are asked with this deadline, so that a model that never ends cannot stop a start.</summary>
    static readonly TimeSpan RowDeadline = TimeSpan.FromSeconds(30);

    /// <summary>Runs every row of <c>golden.csv</c>; the first difference ends it.</summary>
    /// <param name="tolerance">0: the same bits. Else the largest |found − expected| / max(1, |expected|).</param>
    /// <param name="features">The names that the <c>in:</c> columns must have, in order; null where the caller does not know them.</param>
    /// <param name="rows">The number of rows that the file must have; null where the caller does not know it.</param>
    /// <exception cref="ModelRefusedException">The file is not a golden file for this model.</exception>
    public static GoldenResult Check(OnnxModel model, ReadOnlySpan<byte> csv, double tolerance, IReadOnlyList<string>? features = null, int? rows = null)
    {
        GoldenFile file = GoldenFile.Read(Encoding.UTF8.GetString(csv), model, features, rows);
        var found = new float[model.OutputLength];
        double largest = 0;
        for (int row = 0; row < file.Rows.Count; row++)
        {
            GoldenRow golden = file.Rows[row];
            CallResult call = model.Run(golden.Inputs, found, RowDeadline);
            if (call.Outcome != CallOutcome.Answered)
                return new GoldenResult(false, row + 1, null, largest, $"Golden row {row + 1} was not answered: {call.Detail}");
            for (int i = 0; i < file.Outputs.Count; i++)
            {
                float expected = golden.Outputs[i], got = found[file.Outputs[i].Index];
                double deviation = Math.Abs((double)got - expected) / Math.Max(1, Math.Abs((double)expected));
                largest = Math.Max(largest, deviation);
                bool same = tolerance == 0 ? BitConverter.SingleToInt32Bits(expected) == BitConverter.SingleToInt32Bits(got) : deviation <= tolerance;
                if (!same)
                    return Different(row + 1, file.Outputs[i].Name, expected, got, tolerance, largest);
            }
        }

        string how = tolerance == 0 ? "bit for bit" : string.Create(CultureInfo.InvariantCulture, $"within {tolerance:R} (largest deviation {largest:R})");
        return new GoldenResult(true, file.Rows.Count, null, largest, $"All {file.Rows.Count} golden rows were answered as promised, {how}.");
    }

    static GoldenResult Different(int row, string output, float expected, float found, double tolerance, double largest)
    {
        string rule = tolerance == 0 ? "they must be the same bits" : string.Create(CultureInfo.InvariantCulture, $"at most {tolerance:R} is allowed");
        string sentence = string.Create(CultureInfo.InvariantCulture, $"Golden row {row}: the output '{output}' is {found:R}, the release promises {expected:R}; {rule}.");
        return new GoldenResult(false, row, new GoldenDifference(row, output, expected, found), largest, sentence);
    }
}
