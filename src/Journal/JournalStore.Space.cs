using EdgeRuntime.Journal.Retention;

namespace EdgeRuntime.Journal;

public sealed partial class JournalStore
{
    /// <summary>
    /// Whether the next segment and the ballast are in hand. While the next segment is not, everything still fits into the present one, and then into the
    /// ballast: whoever brings much should wait.
    /// </summary>
    public JournalSpace Space => _supply.Space;

    /// <summary>
    /// Makes the ballast and the next segment where they are missing and the disk has room, and says what is in hand then. May take as long as writing
    /// both; for one caller at a time.
    /// </summary>
    public JournalSpace Refill()
    {
        if (_failure is null && Volatile.Read(ref _disposed) == 0)
            _supply.Refill();
        return Space;
    }
}
