using EdgeRuntime.Features.Windows;

namespace EdgeRuntime.Features.Operators;

/// <summary>The newest taken sample of every signal as of one moment, looked for once for all that ask.</summary>
sealed class HeldNow(IReadOnlyList<SignalHistory> histories)
{
    readonly SignalHistory[] _histories = [.. histories];
    readonly Held[] _held = new Held[histories.Count];
    long _moment;

    /// <summary>Nanoseconds from the oldest of them to the moment; -1 when a signal has none.</summary>
    public long Age
    {
        get
        {
            long oldest = _moment;
            foreach (ref readonly Held held in _held.AsSpan())
            {
                if (!held.Is)
                    return -1;
                oldest = Math.Min(oldest, held.At);
            }

            return _moment - oldest;
        }
    }

    /// <summary>Of a signal, by its place in the definition; false where it has none.</summary>
    public bool Try(int signal, out long at, out double value)
    {
        ref readonly Held held = ref _held[signal];
        (at, value) = (held.At, held.Value);
        return held.Is;
    }

    public void MoveTo(long moment)
    {
        _moment = moment;
        for (int i = 0; i < _histories.Length; i++)
        {
            ref Held held = ref _held[i];
            held.Is = _histories[i].TryNewestTaken(moment, out held.At, out held.Value);
        }
    }

    struct Held
    {
        public bool Is;
        public long At;
        public double Value;
    }
}
