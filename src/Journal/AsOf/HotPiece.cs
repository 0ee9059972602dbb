using EdgeRuntime.Facts;
using EdgeRuntime.Journal.Sealed.Pages;

namespace EdgeRuntime.Journal.AsOf;

/// <summary>One sample of a tag that is not packed yet.</summary>
readonly record struct HotRow(long Time, long Frame, int Index, Quality Quality, ServerTime? Server, TagValue Value);

/// <summary>Some rows of one tag in the order of their positions, packed as the sealed files pack them. Never changes.</summary>
sealed class HotPiece
{
    readonly DeltaBlocks _times;
    readonly DeltaBlocks _frames;
    readonly DeltaBlocks? _indexes;
    readonly int _index;
    readonly Quality[]? _qualities;
    readonly Quality _quality;
    readonly ServerTime?[]? _servers;

    // Numbers of one kind and scale are packed; anything else lies here as it is.
    readonly TagValue[]? _values;
    readonly DeltaBlocks? _numbers;
    readonly TagValueKind _kind;

    // Of doubles whose bits are packed because they have no common decimal form.
    const int ScaleOfBits = -1;
    readonly int _scale;

    public HotPiece(ReadOnlySpan<HotRow> rows)
    {
        Rows = rows.Length;
        FirstFrame = rows[0].Frame;
        LastFrame = rows[^1].Frame;
        _index = rows[0].Index;
        _quality = rows[0].Quality;
        _kind = rows[0].Value.Kind;
        long[] numbers = new long[rows.Length];
        bool sameIndex = true, sameQuality = true, sameKind = true, server = false;
        MinTime = MaxTime = rows[0].Time;
        IsRising = true;
        for (int i = 0; i < rows.Length; i++)
        {
            ref readonly HotRow row = ref rows[i];
            numbers[i] = row.Time;
            IsRising &= i == 0 || row.Time >= rows[i - 1].Time;
            MinTime = Math.Min(MinTime, row.Time);
            MaxTime = Math.Max(MaxTime, row.Time);
            sameIndex &= row.Index == _index;
            sameQuality &= row.Quality == _quality;
            sameKind &= row.Value.Kind == _kind;
            server |= row.Server is not null;
        }

        _times = DeltaPack.Of(numbers);
        for (int i = 0; i < rows.Length; i++)
            numbers[i] = rows[i].Frame;
        _frames = DeltaPack.Of(numbers);
        if (!sameIndex)
        {
            for (int i = 0; i < rows.Length; i++)
                numbers[i] = rows[i].Index;
            _indexes = DeltaPack.Of(numbers);
        }

        _qualities = sameQuality ? null : Each(rows, row => row.Quality);
        _servers = server ? Each(rows, row => row.Server) : null;
        if (sameKind && TryNumbers(rows, _kind, numbers, out _scale))
            _numbers = DeltaPack.Of(numbers);
        else
            _values = Each(rows, row => row.Value);
    }

    public int Rows { get; }
    public long MinTime { get; }
    public long MaxTime { get; }
    public long FirstFrame { get; }
    public long LastFrame { get; }
    public bool IsRising { get; }

    public void Times(Span<long> into, Span<long> scratch) => _times.Decode(0, into, scratch);

    public HotRow Row(int row, Span<long> scratch) => new(
        _times.At(row),
        _frames.At(row),
        _indexes is null ? _index : (int)_indexes.At(row),
        QualityOf(row),
        _servers?[row],
        ValueOf(row, scratch));

    public Quality QualityOf(int row) => _qualities is null ? _quality : _qualities[row];

    public TagValue ValueOf(int row, Span<long> scratch)
    {
        if (_numbers is null)
            return _values![row];
        long number = _numbers.At(row);
        return _kind switch
        {
            TagValueKind.Double => TagValue.Of(_scale == ScaleOfBits ? BitConverter.Int64BitsToDouble(number) : DecimalForm.Value(number, _scale)),
            TagValueKind.Int64 => TagValue.Of(number),
            _ => TagValue.Of(number != 0),
        };
    }

    /// <summary>How many of the rows were known: always the first ones.</summary>
    public int RowsKnown(Position known, Span<long> scratch)
    {
        if (LastFrame < known.Frame)
            return Rows;
        int low = 0, high = Rows;
        while (low < high)
        {
            int middle = (low + high) / 2;
            var at = new Position(_frames.At(middle), _indexes is null ? _index : (int)_indexes.At(middle));
            if (at <= known)
                low = middle + 1;
            else
                high = middle;
        }

        return low;
    }

    // Doubles at the largest scale that one of them needs: there all of them have a mantissa, if it stays in range.
    static bool TryNumbers(ReadOnlySpan<HotRow> rows, TagValueKind kind, Span<long> into, out int scale)
    {
        scale = 0;
        switch (kind)
        {
            case TagValueKind.Int64:
                for (int i = 0; i < rows.Length; i++)
                    into[i] = rows[i].Value.Int64;
                return true;
            case TagValueKind.Bool:
                for (int i = 0; i < rows.Length; i++)
                    into[i] = rows[i].Value.Bool ? 1 : 0;
                return true;
            case TagValueKind.Double:
                if (!TryMantissas(rows, into, ref scale))
                {
                    scale = ScaleOfBits;
                    for (int i = 0; i < rows.Length; i++)
                        into[i] = BitConverter.DoubleToInt64Bits(rows[i].Value.Double);
                }

                return true;
            default:
                return false;
        }
    }

    static bool TryMantissas(ReadOnlySpan<HotRow> rows, Span<long> into, ref int scale)
    {
        Span<int> scales = stackalloc int[rows.Length];
        for (int i = 0; i < rows.Length; i++)
        {
            if (!DecimalForm.TryOf(rows[i].Value.Double, scale, out into[i], out scales[i]))
                return false;
            scale = Math.Max(scale, scales[i]);
        }

        for (int i = 0; i < rows.Length; i++)
        {
            for (int at = scales[i]; at < scale; at++)
            {
                into[i] *= 10;
                if (Math.Abs(into[i]) > DecimalForm.MantissaMax)
                    return false;
            }
        }

        return true;
    }

    static T[] Each<T>(ReadOnlySpan<HotRow> rows, Func<HotRow, T> of)
    {
        var all = new T[rows.Length];
        for (int i = 0; i < rows.Length; i++)
            all[i] = of(rows[i]);
        return all;
    }
}
