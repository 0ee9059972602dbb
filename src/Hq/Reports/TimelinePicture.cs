using System.Text;
using EdgeRuntime.Facts;
using EdgeRuntime.Hq.Datasets;
using EdgeRuntime.Hq.Evaluation;

namespace EdgeRuntime.Hq.Reports;

/// <summary>One recording: score and threshold over what people say, right and false alarms in lanes of their own below.</summary>
static class TimelinePicture
{
    const int Width = 1040, Left = 96, Right = Width - 8, Top = 6, ScoreBottom = 84, Height = 138;

    const int RightLane = 90, FalseLane = 106, LaneHeight = 10, AxisText = 133;

    // Two pixels wide: a thousand strokes for each of many recordings would make a page that no browser likes.
    const int ColumnWidth = 2;

    internal static string Draw(ScoredRecording scored, double? threshold)
    {
        Recording recording = scored.Recording;
        var drawing = new SvgDrawing(Width, Height, $"Score, truth and alarms of {recording.Name}");
        long first = recording.Times[0].UnixNanoseconds, last = Math.Max(first + 1, recording.Times[^1].UnixNanoseconds);
        double X(long at) => Left + ((Right - Left) * Math.Clamp((double)(at - first) / (last - first), 0, 1));

        drawing.Box("plot", Left, Top, Right - Left, ScoreBottom - Top);
        Unknown(drawing, recording, X);
        foreach (LabelledEvent one in recording.Events.Where(e => e.To.UnixNanoseconds > first && e.From.UnixNanoseconds <= last))
        {
            double from = X(one.From.UnixNanoseconds), to = X(one.To.UnixNanoseconds);
            drawing.Box(one.Harmless ? "harmless" : "event", from, Top, Math.Max(1, to - from), ScoreBottom - Top);
        }

        Scores(drawing, scored, threshold, X);
        foreach (LabelledEvent one in recording.Events.Where(e => e.To.UnixNanoseconds > first && e.From.UnixNanoseconds <= last))
            drawing.Text("over", X(one.From.UnixNanoseconds) + 4, Top + 13, one.Harmless ? one.Fault + ", harmless" : one.Fault);
        Lane(drawing, scored, RightLane, "right", Truth.Event, X);
        Lane(drawing, scored, FalseLane, "false", Truth.Normal, X);
        drawing.Text("axis end", Left - 6, RightLane + 9, "right alarm");
        drawing.Text("axis end", Left - 6, FalseLane + 9, "false alarm");
        drawing.Text("axis", Left, AxisText, Moment(recording.Times[0]));
        drawing.Text("axis end", Right, AxisText, Moment(recording.Times[^1]));
        return drawing.ToString();
    }

    /// <summary>As the file has it: times without a zone are not given one.</summary>
    internal static string Moment(EventTime at) => at.ToString().Replace('T', ' ').TrimEnd('Z');

    static void Unknown(SvgDrawing drawing, Recording recording, Func<long, double> x)
    {
        foreach ((long from, long to) in Runs(recording, i => recording.Truths[i] == Truth.Unknown))
            drawing.Box("unknown", x(from), Top, Math.Max(1, x(to) - x(from)), ScoreBottom - Top);
    }

    static void Scores(SvgDrawing drawing, ScoredRecording scored, double? threshold, Func<long, double> x)
    {
        // Scores of a broken machine may be a thousand times the threshold; the picture is about what lies near it and is cut above.
        double[] sorted = [.. scored.Scores.Order()];
        double low = Math.Min(0, sorted[0]), high = Math.Max(sorted[(int)(0.98 * (sorted.Length - 1))], threshold is { } t ? 2 * t : 0);
        high = high > low ? high : low + 1;
        double Y(double score) => ScoreBottom - ((ScoreBottom - Top) * Math.Clamp((score - low) / (high - low), 0, 1));

        if (threshold is { } limit)
        {
            drawing.Line("threshold", Left, Y(limit), Right, Y(limit));
            drawing.Text("axis end", Left - 6, Y(limit) + 4, "threshold");
        }

        // Smallest and largest in each column of pixels: a single high row among thousands is still seen.
        var path = new StringBuilder();
        IReadOnlyList<long> durations = AlarmTally.Durations(scored.Recording);
        double? before = null;
        for (int i = 0; i < scored.Scores.Count;)
        {
            int column = Column(i);
            double smallest = before ?? scored.Scores[i], largest = smallest;
            for (; i < scored.Scores.Count && Column(i) == column; i++)
                (smallest, largest) = (Math.Min(smallest, scored.Scores[i]), Math.Max(largest, scored.Scores[i]));
            double top = Y(largest), bottom = Math.Max(Y(smallest), top + 1.2);
            path.Append('M').Append(Middle(column)).Append(' ').Append(SvgDrawing.At(top)).Append('V').Append(SvgDrawing.At(bottom));
            before = scored.Scores[i - 1];
            if (i == scored.Scores.Count || Column(i) == column + 1)
                continue;
            // Rows far apart are joined, but never through a gap of the recording.
            before = null;
            if (scored.Recording.Times[i].UnixNanoseconds == scored.Recording.Times[i - 1].UnixNanoseconds + durations[i - 1])
                path.Append('M').Append(Middle(column)).Append(' ').Append(SvgDrawing.At(Y(scored.Scores[i - 1]))).Append('L').Append(Middle(Column(i))).Append(' ').Append(SvgDrawing.At(Y(scored.Scores[i])));
        }

        drawing.Path("score", path.ToString());

        string Middle(int column) => SvgDrawing.At(Left + (column * ColumnWidth) + 1);
        int Column(int row) => (int)((x(scored.Recording.Times[row].UnixNanoseconds) - Left) / ColumnWidth);
    }

    static void Lane(SvgDrawing drawing, ScoredRecording scored, int top, string look, Truth truth, Func<long, double> x)
    {
        drawing.Box("lane", Left, top, Right - Left, LaneHeight);
        foreach ((long from, long to) in Runs(scored.Recording, i => scored.Alarms[i] && scored.Recording.Truths[i] == truth))
            drawing.Box(look, x(from), top, Math.Max(1, x(to) - x(from)), LaneHeight);
    }

    /// <summary>From the first row to the end of the last; a gap of the recording ends a run, for nobody knows what was there.</summary>
    static IEnumerable<(long From, long To)> Runs(Recording recording, Func<int, bool> holds)
    {
        IReadOnlyList<long> durations = AlarmTally.Durations(recording);
        long End(int row) => recording.Times[row].UnixNanoseconds + durations[row];
        for (int i = 0; i < recording.Times.Count; i++)
        {
            if (!holds(i))
                continue;
            long from = recording.Times[i].UnixNanoseconds;
            while (i + 1 < recording.Times.Count && holds(i + 1) && End(i) == recording.Times[i + 1].UnixNanoseconds)
                i++;
            yield return (from, End(i));
        }
    }
}
