using System.Runtime.CompilerServices;

namespace EdgeRuntime.Facts.Canonical;

/// <summary>
/// Foretells a sequence of things that are numbered as they first appear: after this one comes what came after it last time, and where
/// nothing has come after it yet, a new one. Sources scan their tags in the same order again and again. What was foretold is 0 in the
/// column, a new one that was not is 1, and any other thing its number and 2.
/// </summary>
sealed class Succession
{
    const int New = -1;

    int[] _next = new int[64];
    int _last;
    int _foretold;

    /// <summary>Things so far.</summary>
    public int Count { get; private set; }

    public void Start()
    {
        Count = 0;
        _last = New;
        _foretold = New;
    }

    /// <summary>The column's number for this thing; a new one has the number <see cref="Count"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ulong Say(int thing)
    {
        if (thing == _foretold)
        {
            _last = thing;
            _foretold = _next[thing];
            return 0;
        }

        bool isNew = thing == Count;
        bool wasForetold = isNew && _foretold == New;
        Follow(thing, isNew);
        return wasForetold ? 0 : isNew ? 1 : (ulong)thing + 2;
    }

    /// <summary>The thing that the column's number stands for; negative where <see cref="Say"/> would not have said it so.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Hear(ulong number)
    {
        if (number == 0 && _foretold != New)
        {
            _last = _foretold;
            _foretold = _next[_last];
            return _last;
        }

        return HearOther(number);
    }

    int HearOther(ulong number)
    {
        bool isNew = number <= 1;
        if (number == 1 && _foretold == New)
            return -1;
        if (!isNew && (number - 2 >= (ulong)Count || (int)(number - 2) == _foretold))
            return -1;
        int thing = isNew ? Count : (int)(number - 2);
        Follow(thing, isNew);
        return thing;
    }

    void Follow(int thing, bool isNew)
    {
        if (isNew)
        {
            if (Count == _next.Length)
                Array.Resize(ref _next, Count * 2);
            _next[Count++] = New;
        }

        if (_last != New)
            _next[_last] = thing;
        _last = thing;
        _foretold = _next[thing];
    }
}
