using EdgeRuntime.Facts;
using EdgeRuntime.Hq.Datasets;
using EdgeRuntime.Hq.Evaluation;

namespace EdgeRuntime.Tests.Unit.Hq.Evaluation;

/// <summary>Recordings drawn as text, one letter a second: n normal, e event, h harmless event, ? nobody knows; alarms ! or a dot.</summary>
static class TinyRecording
{
    internal const long Second = 1_000_000_000;

    internal static ScoredRecording Of(
        string truths, string alarms, string name = "a", double[]? scores = null, double[]? probabilities = null, int fold = 0, string asset = "pump", string fault = "event", string regime = "", long start = 0)
    {
        EventTime[] times = [.. truths.Select((_, i) => new EventTime((start + i) * Second))];
        var recording = new Recording(
            name, asset, regime, times, [.. truths.Select((_, i) => new[] { (i * 7919 % 13) / 13f })],
            [.. truths.Select(t => t switch { 'e' => Truth.Event, '?' => Truth.Unknown, _ => Truth.Normal })], [.. Events(truths, times, fault)], 0);
        return new ScoredRecording(recording, scores ?? [.. alarms.Select(a => a == '!' ? 1.0 : 0.0)], probabilities ?? [], [.. alarms.Select(a => a == '!')], fold);
    }

    internal static AlarmTally Tally(string truths, string alarms)
    {
        ScoredRecording scored = Of(truths, alarms);
        return AlarmTally.Of(scored.Recording, scored.Alarms);
    }

    /// <summary>With only one draw of every block: a bare value.</summary>
    internal static BlockBootstrap Bootstrap => new(1);

    static IEnumerable<LabelledEvent> Events(string truths, EventTime[] times, string fault)
    {
        for (int i = 0; i < truths.Length; i++)
        {
            if (truths[i] is not ('e' or 'h') || (i > 0 && truths[i - 1] == truths[i]))
                continue;
            int end = i;
            while (end < truths.Length && truths[end] == truths[i])
                end++;
            yield return new LabelledEvent(fault, times[i], new EventTime(times[i].UnixNanoseconds + ((end - i) * Second)), truths[i] == 'h');
        }
    }
}
