using EdgeRuntime.Journal.Sealed;

namespace EdgeRuntime.Journal.AsOf;

/// <summary>What a unit has of a tag.</summary>
readonly record struct UnitTag(SealedUnit Unit, TagSummary Summary);

/// <summary>Where the samples of one tag are: the sealed units in their order, then what is not sealed.</summary>
sealed class TagHistory(string name)
{
    UnitTag[] _units = [];
    long[] _maxBefore = [];
    long[] _minAfter = [];
    int _count;

    public string Name => name;

    public HotTag? Hot { get; private set; }

    public int Units => _count;

    public ref readonly UnitTag Unit(int number) => ref _units[number];

    /// <summary>The newest event time in a unit and those before it.</summary>
    public long MaxBefore(int number) => _maxBefore[number];

    public void TakeHot(in HotRow row) => (Hot ??= new HotTag()).Add(row);

    public void DropHotThrough(long frame, Span<long> scratch) => Hot?.DropThrough(frame, scratch);

    public void ForgetUnits() => _count = 0;

    public void TakeUnit(UnitTag unit)
    {
        if (_count == _units.Length)
        {
            Array.Resize(ref _units, Math.Max(4, _count * 2));
            Array.Resize(ref _maxBefore, _units.Length);
            Array.Resize(ref _minAfter, _units.Length);
        }

        _units[_count] = unit;
        _maxBefore[_count] = _count > 0 ? Math.Max(_maxBefore[_count - 1], unit.Summary.MaxTime) : unit.Summary.MaxTime;
        _minAfter[_count] = unit.Summary.MinTime;
        for (int i = _count - 1; i >= 0 && _minAfter[i] > unit.Summary.MinTime; i--)
            _minAfter[i] = unit.Summary.MinTime;
        _count++;
    }

    /// <summary>The last unit that may have a sample at or before a time; -1 where none has.</summary>
    public int LastUnitBelow(long at)
    {
        int low = 0, high = _count;
        while (low < high)
        {
            int middle = (low + high) >>> 1;
            if (_minAfter[middle] <= at)
                low = middle + 1;
            else
                high = middle;
        }

        return low - 1;
    }
}
