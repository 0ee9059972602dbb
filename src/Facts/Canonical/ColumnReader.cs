using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace EdgeRuntime.Facts.Canonical;

/// <summary>
/// Reads what <see cref="ColumnWriter"/> wrote, and refuses whatever it would have written otherwise. Keeps its room from batch to batch.
/// Not for several threads.
/// </summary>
sealed class ColumnReader
{
    /// <summary>Room for batches above this is not kept.</summary>
    const int SamplesKeptMax = 1 << 16;

    /// <summary>So many sources in turn are known by their names.</summary>
    const int Sheets = 4;

    readonly Succession _order = new();
    readonly Succession _heads = new();
    readonly Succession _tails = new();
    readonly PartTexts _headTexts = new();
    readonly PartTexts _tailTexts = new();
    readonly PairSet _pairs = new();
    readonly TagSheet[] _sheets = [.. Enumerable.Range(0, Sheets).Select(_ => new TagSheet())];
    int _nextSheet;
    ulong[] _column = [];
    ulong[] _servers = [];
    bool[] _hasServer = [];
    ulong[] _statuses = [];
    long[] _events = [];
    int[] _headOf = [];
    int[] _tailOf = [];
    TagState[] _states = [];
    int[] _newestOfTail = [];
    byte[] _name = new byte[256];

    /// <summary>True while this is worth keeping for the next batch.</summary>
    public bool WorthKeeping => _column.Length <= SamplesKeptMax;

    /// <exception cref="FactFormatException">The bytes are not the columns of samples.</exception>
    public Sample[] Read(ref CanonicalReader from, IngestTime ingest, TagNames? names)
    {
        ulong count = from.Unsigned();
        if (count == 0)
            return [];

        // Every sample has half a byte among the values at least.
        if (count > FactCodec.SamplesMax || count > 2 * (ulong)from.Rest.Length)
            throw from.Wrong($"{count} samples do not fit into the {from.Rest.Length} bytes that follow");
        int samples = (int)count;
        Start(samples);
        TagSheet sheet = Tags(ref from, samples, names);
        Events(ref from, samples, ingest);
        byte presence = Servers(ref from, samples);
        Statuses(ref from, samples);
        Runs.Read(ref from, _column.AsSpan(0, samples));
        return Values(ref from, sheet, samples, ingest, presence);
    }

    void Start(int samples)
    {
        if (_column.Length < samples)
        {
            int room = (int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(samples, 64));
            _column = new ulong[room];
            _servers = new ulong[room];
            _hasServer = new bool[room];
            _statuses = new ulong[room];
            _events = new long[room];
            _headOf = new int[room];
            _tailOf = new int[room];
            _states = new TagState[room];
            _newestOfTail = new int[room];
        }
    }

    TagSheet Tags(ref CanonicalReader from, int samples, TagNames? names)
    {
        ReadOnlySpan<byte> bytes = from.Rest;
        foreach (TagSheet known in _sheets)
        {
            if (known.Match(bytes, samples, names) is > 0 and int length)
            {
                from.Take(length);
                return known;
            }
        }

        TagSheet sheet = _sheets[_nextSheet];
        _nextSheet = (_nextSheet + 1) % Sheets;
        sheet.Start(samples);
        int start = from.Offset;
        Order(ref from, sheet.Tags.AsSpan(0, samples));
        Names(ref from, sheet, names);
        sheet.Done(bytes[..(from.Offset - start)], samples, names);
        return sheet;
    }

    void Order(ref CanonicalReader from, Span<int> tags)
    {
        _order.Start();
        Runs.Read(ref from, _column.AsSpan(0, tags.Length));
        Hear(ref from, _order, tags);
    }

    void Hear(ref CanonicalReader from, Succession succession, Span<int> things)
    {
        for (int i = 0; i < things.Length; i++)
        {
            int thing = succession.Hear(_column[i]);
            if (thing < 0)
                throw from.Wrong($"{_column[i]} does not say which tag comes next");
            things[i] = thing;
        }
    }

    void Names(ref CanonicalReader from, TagSheet sheet, TagNames? names)
    {
        int tags = _order.Count;
        _heads.Start();
        _tails.Start();
        Runs.Read(ref from, _column.AsSpan(0, tags));
        Hear(ref from, _heads, _headOf.AsSpan(0, tags));
        Runs.Read(ref from, _column.AsSpan(0, tags));
        Hear(ref from, _tails, _tailOf.AsSpan(0, tags));
        _headTexts.Read(ref from, _heads.Count, heads: true);
        _tailTexts.Read(ref from, _tails.Count, heads: false);
        _pairs.Start(tags);
        for (int i = 0; i < tags; i++)
        {
            if (!_pairs.Add(_headOf[i], _tailOf[i]))
                throw from.Wrong("a tag is named twice");
            sheet.Names[i] = Name(ref from, _headTexts[_headOf[i]], _tailTexts[_tailOf[i]], names);
        }

        for (int i = 0, tails = 0; i < tags; i++)
        {
            int tail = _tailOf[i];
            sheet.GoesOnFrom[i] = tail == tails ? -1 : _newestOfTail[tail];
            tails = Math.Max(tails, tail + 1);
            _newestOfTail[tail] = i;
        }
    }

    string Name(ref CanonicalReader from, ReadOnlySpan<byte> head, ReadOnlySpan<byte> tail, TagNames? names)
    {
        int length = head.Length + tail.Length;
        if (length > _name.Length)
            Array.Resize(ref _name, length * 2);
        head.CopyTo(_name);
        tail.CopyTo(_name.AsSpan(head.Length));
        ReadOnlySpan<byte> name = _name.AsSpan(0, length);
        try
        {
            return names is null ? CanonicalReader.Utf8.GetString(name) : names.Of(name, CanonicalReader.Utf8);
        }
        catch (ArgumentException)
        {
            throw from.Wrong("a tag name is not UTF-8");
        }
    }

    void Events(ref CanonicalReader from, int samples, IngestTime ingest)
    {
        long at = ingest.UnixNanoseconds + from.Signed();
        _events[0] = at;
        if (samples == 1)
            return;
        byte unit = from.Byte();
        if (unit > TimeUnit.Largest)
            throw from.Wrong($"time unit {unit} is not known to this version");
        Span<ulong> steps = _column.AsSpan(0, samples - 1);
        Runs.Read(ref from, steps);
        long nanoseconds = TimeUnit.Nanoseconds(unit);
        ulong most = (ulong)(long.MaxValue / nanoseconds) * 2;
        bool needsUnit = unit == TimeUnit.Largest;
        for (int i = 0; i < steps.Length; i++)
        {
            ulong step = steps[i];
            if (step != 0)
            {
                if (unit > 0 && step > most)
                    throw from.Wrong("a step of time is out of range");
                long signed = UnZigZag(step);
                needsUnit = needsUnit || signed % 1000 != 0;
                at += signed * nanoseconds;
            }

            _events[i + 1] = at;
        }

        if (!needsUnit)
            throw from.Wrong("times are written in a smaller unit than they need");
    }

    byte Servers(ref CanonicalReader from, int samples)
    {
        byte presence = from.Byte();
        if (presence > Presence.Some)
            throw from.Wrong($"presence {presence} is not known to this version");
        if (presence == Presence.None)
            return presence;
        if (presence == Presence.All)
        {
            Runs.Read(ref from, _servers.AsSpan(0, samples));
            return presence;
        }

        Span<ulong> present = _statuses.AsSpan(0, samples);
        Runs.Read(ref from, present);
        int count = 0;
        for (int i = 0; i < samples; i++)
        {
            if (present[i] > 1)
                throw from.Wrong("a sample has a server time or not");
            count += (int)present[i];
        }

        if (count == 0 || count == samples)
            throw from.Wrong("all samples or none have a server time");
        Runs.Read(ref from, _column.AsSpan(0, count));
        for (int i = 0, next = 0; i < samples; i++)
        {
            _hasServer[i] = present[i] == 1;
            if (present[i] == 1)
                _servers[i] = _column[next++];
        }

        return presence;
    }

    void Statuses(ref CanonicalReader from, int samples)
    {
        Span<ulong> statuses = _statuses.AsSpan(0, samples);
        Runs.Read(ref from, statuses);
        foreach (ulong status in statuses)
        {
            if (status > uint.MaxValue)
                throw from.Wrong("a status code has 32 bits");
        }
    }

    Sample[] Values(ref CanonicalReader from, TagSheet sheet, int samples, IngestTime ingest, byte presence)
    {
        var read = new Sample[samples];
        ReadOnlySpan<byte> bytes = from.Rest;
        int at = 0;
        int halves = -1;
        int introduced = 0;
        ReadOnlySpan<int> tags = sheet.Tags.AsSpan(0, samples);
        for (int i = 0; i < samples; i++)
        {
            int tag = tags[i];
            if (tag == introduced)
                Introduce(introduced++, sheet.GoesOnFrom);
            ref TagState state = ref _states[tag];
            int ofClass = state.Class;
            bool told = _column[i] != 0;
            if (told)
            {
                ulong other = _column[i] - 1;
                if (other > ValueClass.Max || (int)other == ofClass)
                    throw Wrong(ref from, at, $"a value cannot change to class {other}");
                ofClass = (int)other;
            }

            int half;
            if (halves < 0)
            {
                if (at == bytes.Length)
                    throw Wrong(ref from, at, "values are missing");
                int both = bytes[at++];
                half = both & 0xF;
                halves = both >> 4;
            }
            else
            {
                half = halves;
                halves = -1;
            }

            ulong number = (uint)half;
            if (half >= 8)
            {
                int follow = half - 7;
                if (!TryNumber(bytes, at, follow, out number))
                    throw Wrong(ref from, at, "a number is missing or written longer than it needs to be");
                at += follow;
            }

            TagValue value;
            if (ofClass >= ValueClass.Decimal && (!told || state.BeginsDecimal))
            {
                // The class of every mantissa in range is the same again, so there is nothing to find out; and of a first decimal only whether it is the shortest.
                long mantissa = state.BaseOf(ofClass) + UnZigZag(number);
                if (mantissa is < -DecimalForm.MantissaMax or > DecimalForm.MantissaMax)
                    throw Wrong(ref from, at, "a decimal is out of range");
                if (told && !DecimalForm.IsCanonical(mantissa, ofClass - ValueClass.Decimal))
                    throw Wrong(ref from, at, "a double is not written in its class");
                value = TagValue.Of(DecimalForm.Value(mantissa, ofClass - ValueClass.Decimal));
                state.Take(ofClass, mantissa);
            }
            else if (ofClass is ValueClass.Int64)
            {
                long whole = state.BaseOf(ofClass) + UnZigZag(number);
                value = TagValue.Of(whole);
                state.Take(ofClass, whole);
            }
            else if (ofClass >= ValueClass.Special)
            {
                value = Double(ref from, at, ofClass, number, ref state);
            }
            else
            {
                value = Other(ref from, ref at, ofClass, number, ref state);
            }

            if (presence == Presence.None && _statuses[i] == 0)
            {
                Sample.Fill(ref read[i], sheet.Names[tag], new EventTime(_events[i]), ingest, value);
                continue;
            }

            bool hasServer = presence == Presence.All || (presence == Presence.Some && _hasServer[i]);
            read[i] = new Sample(
                sheet.Names[tag],
                new EventTime(_events[i]),
                hasServer ? new ServerTime(_events[i] + UnZigZag(_servers[i])) : null,
                ingest,
                new Quality((uint)_statuses[i]),
                value);
        }

        if (halves > 0)
            throw Wrong(ref from, at, "half a byte is left over and not 0");
        from.Take(at);
        return read;
    }

    void Introduce(int tag, int[] goesOnFrom)
    {
        int before = goesOnFrom[tag];
        if (before < 0)
            _states[tag].Forget();
        else
            _states[tag] = _states[before];
    }

    static TagValue Double(ref CanonicalReader from, int at, int ofClass, ulong number, ref TagState state)
    {
        long written = UnZigZag(number) + (ofClass == ValueClass.Special ? 0 : state.BaseOf(ofClass));
        if (ofClass >= ValueClass.Decimal && written is < -DecimalForm.MantissaMax or > DecimalForm.MantissaMax)
            throw Wrong(ref from, at, "a decimal is out of range");
        if (ofClass == ValueClass.Single && written is < int.MinValue or > int.MaxValue)
            throw Wrong(ref from, at, "a float has 32 bits");
        double value = ValueClass.Double(ofClass, written);
        if (ValueClass.Of(value, state, out long again) != ofClass || again != written)
            throw Wrong(ref from, at, "a double is not written in its class");
        if (ofClass == ValueClass.Special)
            state.Class = ValueClass.Special;
        else
            state.Take(ofClass, written);
        return TagValue.Of(value);
    }

    static TagValue Other(ref CanonicalReader from, ref int at, int ofClass, ulong number, ref TagState state)
    {
        if (ofClass == ValueClass.Bool)
        {
            long flag = state.BaseOf(ofClass) + UnZigZag(number);
            if (flag is not (0 or 1))
                throw Wrong(ref from, at, $"a flag is 0 or 1, not {flag}");
            state.Take(ofClass, flag);
            return TagValue.Of(flag == 1);
        }

        state.Class = (byte)ofClass;
        if (ofClass == ValueClass.String)
            return TagValue.Of(Text(ref from, ref at, number, ref state));
        if (number != 0)
            throw Wrong(ref from, at, $"a value of class {ofClass} has no number");
        if (ofClass == ValueClass.None)
            return TagValue.None;
        CanonicalReader inside = from;
        inside.Take(at);
        var blob = new BlobReference(inside.Digest(), inside.Signed());
        at = inside.Offset - from.Offset;
        return TagValue.Of(blob);
    }

    static string Text(ref CanonicalReader from, ref int at, ulong number, ref TagState state)
    {
        if (number == 0)
            return state.Text ?? throw Wrong(ref from, at, "a text repeats what was not there");
        CanonicalReader inside = from;
        inside.Take(at);
        string text = inside.Text();
        if (number != 1 || string.Equals(text, state.Text, StringComparison.Ordinal))
            throw Wrong(ref from, at, "a text that repeats is written again");
        at = inside.Offset - from.Offset;
        state.Text = text;
        return text;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static bool TryNumber(ReadOnlySpan<byte> bytes, int at, int follow, out ulong number)
    {
        if (at + 8 <= bytes.Length)
        {
            number = BinaryPrimitives.ReadUInt64LittleEndian(bytes[at..]) & (ulong.MaxValue >> (64 - (8 * follow)));
        }
        else
        {
            number = 0;
            if (at + follow > bytes.Length)
                return false;
            for (int i = 0; i < follow; i++)
                number |= (ulong)bytes[at + i] << (8 * i);
        }

        return number >> (8 * (follow - 1)) != 0 && number >= 8;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static long UnZigZag(ulong value) => (long)(value >> 1) ^ -(long)(value & 1);

    static FactFormatException Wrong(ref CanonicalReader from, int at, string what) => new(from.Offset + at, what);
}
