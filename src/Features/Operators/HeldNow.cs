using EdgeRuntime.Features.Windows;

namespace EdgeRuntime.Features.Operators;

/// <summary>The newest taken sample of every signal as of one moment, looked for once for all that ask.</summary>
sealed class HeldNow(IReadOnlyList<SignalHistory> histories)
{
    readonly SignalHistory[] _histories = [.. histories];
    readonly Held[] _held = new Held[histories.Count];

    /// <summary>Nanoseconds from the oldest of them to the moment; -1 when a signal has none.</summary>
    public long Age { get; private set; }

    /// <summary>Of a signal, by its place in the definition; false where it has none.</summary>
    public bool Try(int signal, out long at, out double value)
    {
        ref readonly Held held = ref _held[signal];
        (at, value) = (held.At, held.Value);
        return held.Is;
    }

    /// <summary>The same; false too where it is older than it may be.</summary>
    public bool TryFresh(int signal, long moment, long maxAge, out double value)
    {
        ref readonly Held held = ref _held[signal];
        value = held.Value;
        return held.Is && moment - held.At <= maxAge;
    }

    public void MoveTo(long moment)
    {
        long oldest = moment;
        bool isWhole = true;
        Span<Held> all = _held.AsSpan(0, _histories.Length);
        for (int i = 0; i < all.Length; i++)
        {
            ref Held held = ref all[i];
            held.Is = _histories[i].TryNewestTaken(moment, out held.At, out held.Value);
            isWhole &= held.Is;
            oldest = Math.Min(oldest, held.At);
        }

        Age = isWhole ? moment - oldest : -1;
    }

    struct Held
    {
        public bool Is;
        public long At;
        public double Value;
    }
}
