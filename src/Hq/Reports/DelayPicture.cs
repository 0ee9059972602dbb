using EdgeRuntime.Hq.Evaluation;

namespace EdgeRuntime.Hq.Reports;

/// <summary>Which share of all events was found within which time. The curve ends below the top where events were missed.</summary>
static class DelayPicture
{
    const int Width = 356, Height = 302, Left = 52, Top = 12, Right = Width - 16, Bottom = Height - 40;

    static readonly (double Seconds, string Name)[] Ticks =
        [(1, "1 s"), (10, "10 s"), (60, "1 min"), (600, "10 min"), (3600, "1 h"), (36_000, "10 h"), (864_000, "10 d")];

    internal static string Draw(IReadOnlyList<EventOutcome> outcomes)
    {
        double[] delays = [.. outcomes.Where(o => o.DelaySeconds is not null).Select(o => o.DelaySeconds!.Value).Order()];
        double longest = Ticks.Select(t => t.Seconds).FirstOrDefault(t => t >= Math.Max(60, delays.LastOrDefault()), Ticks[^1].Seconds);
        var drawing = new SvgDrawing(Width, Height, "Share of events found within a delay");
        // Logarithmic: the difference between 1 and 10 seconds matters as much as that between 1 and 10 minutes. What is faster than a second stands at it.
        double X(double seconds) => Left + ((Right - Left) * Math.Log(Math.Clamp(seconds, 1, longest)) / Math.Log(longest));
        double Y(double share) => Bottom - ((Bottom - Top) * share);
        drawing.Box("plot", Left, Top, Right - Left, Bottom - Top);
        foreach ((double seconds, string name) in Ticks.Where(t => t.Seconds <= longest))
        {
            drawing.Line("grid", X(seconds), Top, X(seconds), Bottom);
            drawing.Text("axis middle", X(seconds), Bottom + 15, name);
        }

        foreach (double share in (double[])[0, 0.25, 0.5, 0.75, 1])
        {
            drawing.Line("grid", Left, Y(share), Right, Y(share));
            drawing.Text("axis end", Left - 5, Y(share) + 4, Plain.Number(share, "0.##"));
        }

        drawing.Text("axis middle", (Left + Right) / 2.0, Bottom + 33, "delay");
        drawing.Text("axis up", -(Top + Bottom) / 2.0, 12, "share of all events");
        var points = new List<(double, double)> { (X(1), Y(0)) };
        for (int i = 0; i < delays.Length; i++)
        {
            points.Add((X(delays[i]), Y((double)i / outcomes.Count)));
            points.Add((X(delays[i]), Y((i + 1.0) / outcomes.Count)));
        }

        points.Add((X(longest), Y(outcomes.Count > 0 ? (double)delays.Length / outcomes.Count : 0)));
        drawing.Curve("curve", points);
        return drawing.ToString();
    }
}
