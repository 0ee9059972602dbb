using EdgeRuntime.Facts;
using EdgeRuntime.Features.Operators;

namespace EdgeRuntime.Features.Windows;

/// <summary>
/// Four windows of which mean and deviation are asked for. A sum from left to right waits for each addition before the next; four of them side by side wait no
/// longer than one, and each is still the same sum to the last bit.
/// </summary>
sealed class WindowQuad(SummedWindow a, SummedWindow b, SummedWindow c, SummedWindow d)
{
    public const int Size = 4;

    /// <summary>Computes what is asked for of the four, and puts it where it belongs.</summary>
    public void MoveTo(long moment, Span<FeatureValue> done)
    {
        a.Window.MoveTo(moment);
        b.Window.MoveTo(moment);
        c.Window.MoveTo(moment);
        d.Window.MoveTo(moment);
        WindowFormulas.MeansAndStds(
            a.Window.Values, b.Window.Values, c.Window.Values, d.Window.Values, out (double Mean, double Std) ofA, out (double Mean, double Std) ofB, out (double Mean, double Std) ofC, out (double Mean, double Std) ofD);
        Put(a, ofA, done);
        Put(b, ofB, done);
        Put(c, ofC, done);
        Put(d, ofD, done);
    }

    static void Put(in SummedWindow summed, (double Mean, double Std) of, Span<FeatureValue> done)
    {
        summed.Window.Take(of.Mean, of.Std);
        bool isEmpty = summed.Window.Taken == 0;
        FeatureFault why = summed.Window.Refused == 0 ? FeatureFault.NoSamples : FeatureFault.Rejected;
        if (summed.MeanPlace >= 0)
            done[summed.MeanPlace] = isEmpty ? FeatureValue.Missing(why) : FeatureValue.Of(of.Mean);
        done[summed.StdPlace] = isEmpty ? FeatureValue.Missing(why) : FeatureValue.Of(of.Std);
    }
}

/// <param name="MeanPlace">Place of the feature that is its mean in the order of computation; -1 for none.</param>
/// <param name="StdPlace">The same of its deviation, which there always is.</param>
readonly record struct SummedWindow(WindowView Window, int MeanPlace, int StdPlace);
