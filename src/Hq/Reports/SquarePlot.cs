using EdgeRuntime.Hq.Evaluation;

namespace EdgeRuntime.Hq.Reports;

/// <summary>A plot of two shares from 0 to 1, with its axes.</summary>
sealed class SquarePlot
{
    const int Left = 52, Top = 12, Side = 250;

    internal SquarePlot(string says, string across, string up)
    {
        Drawing = new SvgDrawing(Left + Side + 16, Top + Side + 40, says);
        Drawing.Box("plot", Left, Top, Side, Side);
        foreach (double tick in (double[])[0, 0.25, 0.5, 0.75, 1])
        {
            Drawing.Line("grid", X(tick), Top, X(tick), Top + Side);
            Drawing.Line("grid", Left, Y(tick), Left + Side, Y(tick));
            Drawing.Text("axis middle", X(tick), Top + Side + 15, Plain.Number(tick, "0.##"));
            Drawing.Text("axis end", Left - 5, Y(tick) + 4, Plain.Number(tick, "0.##"));
        }

        Drawing.Text("axis middle", X(0.5), Top + Side + 33, across);
        Drawing.Text("axis up", -Y(0.5), 12, up);
    }

    internal SvgDrawing Drawing { get; }

    internal static double X(double share) => Left + (Side * share);

    internal static double Y(double share) => Top + (Side * (1 - share));
}
