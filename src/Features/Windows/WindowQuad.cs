using EdgeRuntime.Features.Operators;

namespace EdgeRuntime.Features.Windows;

/// <summary>
/// Four windows of which mean and deviation are asked for. A sum from left to right waits for each addition before the next; four of them side by side wait no
/// longer than one, and each is still the same sum to the last bit.
/// </summary>
sealed class WindowQuad(WindowView a, WindowView b, WindowView c, WindowView d)
{
    public const int Size = 4;

    public void MoveTo(long moment)
    {
        a.MoveTo(moment);
        b.MoveTo(moment);
        c.MoveTo(moment);
        d.MoveTo(moment);
        WindowFormulas.MeansAndStds(a.Values, b.Values, c.Values, d.Values, out (double Mean, double Std) ofA, out (double Mean, double Std) ofB, out (double Mean, double Std) ofC, out (double Mean, double Std) ofD);
        a.Take(ofA.Mean, ofA.Std);
        b.Take(ofB.Mean, ofB.Std);
        c.Take(ofC.Mean, ofC.Std);
        d.Take(ofD.Mean, ofD.Std);
    }
}
