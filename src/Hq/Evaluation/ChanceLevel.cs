namespace EdgeRuntime.Hq.Evaluation;

/// <summary>
/// What a model's own alarms are worth when they stand at moments that mean nothing: turned round within each recording by a random number of rows, so that
/// there are as many of them, in runs as long. The mean over many turns is the expected outcome of every control without a leak.
/// </summary>
static class ChanceLevel
{
    const int Turns = 50;

    internal static AlarmTally Of(ScoredRecording scored, Random random)
    {
        int rows = scored.Alarms.Count;
        if (rows < 2)
            return AlarmTally.Of(scored.Recording, scored.Alarms);
        AlarmTally sum = default;
        for (int turn = 0; turn < Turns; turn++)
        {
            int by = random.Next(rows);
            sum += AlarmTally.Of(scored.Recording, [.. Enumerable.Range(0, rows).Select(i => scored.Alarms[(i + by) % rows])]);
        }

        return sum * (1.0 / Turns);
    }
}
