using EdgeRuntime.Facts;

namespace EdgeRuntime.Journal.Segments;

/// <summary>The reader that stops at damage.</summary>
static class StrictRead
{
    /// <returns>The next batch, or null when the tail is reached.</returns>
    /// <exception cref="JournalCorruptException">The walk met damage.</exception>
    public static StoredBatch? Next(JournalWalk walk, JournalTail tail)
    {
        Step step;
        do
        {
            step = walk.Next(tail);
        }
        while (step == Step.Damage && walk.Damage.IsRepaired);
        switch (step)
        {
            case Step.Batch:
                try
                {
                    return walk.Decode();
                }
                catch (FactFormatException wrong)
                {
                    DamagedFrame damage = walk.NotCanonical(wrong);
                    throw new JournalCorruptException(damage.Segment, damage.Offset, damage.Frame, damage.What);
                }

            case Step.Damage:
                throw walk.Corrupt();
            default:
                return null;
        }
    }
}
