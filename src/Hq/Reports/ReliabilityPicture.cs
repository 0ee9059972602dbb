using EdgeRuntime.Hq.Evaluation;

namespace EdgeRuntime.Hq.Reports;

/// <summary>What probabilities said against what came; on the diagonal they are right.</summary>
static class ReliabilityPicture
{
    internal static string Draw(ReliabilityDiagram diagram)
    {
        var plot = new SquarePlot("Reliability diagram: what came against what was said", "said: mean probability", "came: share of events");
        plot.Drawing.Line("expected", SquarePlot.X(0), SquarePlot.Y(0), SquarePlot.X(1), SquarePlot.Y(1));
        // How far a bin is off, to be seen without reading.
        foreach (ReliabilityBin bin in diagram.Bins)
            plot.Drawing.Line("off", SquarePlot.X(bin.Mean), SquarePlot.Y(bin.Mean), SquarePlot.X(bin.Mean), SquarePlot.Y(bin.Frequency));
        plot.Drawing.Curve("curve", diagram.Bins.Select(b => (SquarePlot.X(b.Mean), SquarePlot.Y(b.Frequency))));
        foreach (ReliabilityBin bin in diagram.Bins)
            plot.Drawing.Dot("dot", SquarePlot.X(bin.Mean), SquarePlot.Y(bin.Frequency), 4);
        return plot.Drawing.ToString();
    }
}
