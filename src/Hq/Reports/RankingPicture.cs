using EdgeRuntime.Hq.Evaluation;

namespace EdgeRuntime.Hq.Reports;

/// <summary>The precision-recall curve of the bare scores, with chance and the alarms as the box would give them.</summary>
static class RankingPicture
{
    internal static string Draw(RankingCurves ranking, AlarmQuality alarms)
    {
        var plot = new SquarePlot("Precision-recall curve", "recall: share of event rows found", "precision");
        if (ranking.Prevalence is { } chance)
        {
            plot.Drawing.Line("expected", SquarePlot.X(0), SquarePlot.Y(chance), SquarePlot.X(1), SquarePlot.Y(chance));
            plot.Drawing.Text("axis", SquarePlot.X(0.02), SquarePlot.Y(chance) + (chance > 0.1 ? 14 : -4), "chance");
        }

        if (ranking.Points.Count > 0)
            plot.Drawing.Curve("curve", ranking.Points.Select(p => (SquarePlot.X(p.Recall), SquarePlot.Y(p.Precision))));
        if (alarms.MissedAlarmRate.Value is { } missed && alarms.Precision.Value is { } precision)
            plot.Drawing.Diamond("mark", SquarePlot.X(1 - missed), SquarePlot.Y(precision), 6);
        return plot.Drawing.ToString();
    }
}
