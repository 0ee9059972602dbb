using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Text;

namespace EdgeRuntime.Facts.Canonical;

/// <summary>
/// The samples of a batch as columns; FORMAT.md draws them. Keeps its room from batch to batch, so that writing allocates nothing. Not
/// for several threads.
/// </summary>
sealed class ColumnWriter
{
    /// <summary>Room for batches above this is not kept.</summary>
    const int SamplesKeptMax = 1 << 16;

    static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    readonly ByteSheet _out = new();
    readonly ByteSheet _values = new();
    readonly Succession _order = new();
    readonly Succession _heads = new();
    readonly Succession _tails = new();
    readonly List<NamePart> _headTexts = [];
    readonly List<NamePart> _tailTexts = [];
    KnownTags _known = new();
    ulong[] _column = [];
    ulong[] _classes = [];
    ulong[] _headColumn = [];
    ulong[] _tailColumn = [];
    long[] _events = [];
    TagState[] _states = [];
    int[] _newestOfTail = [];
    long _batch;

    /// <summary>True while this is worth keeping for the next batch.</summary>
    public bool WorthKeeping => _column.Length <= SamplesKeptMax && _known.Count <= KnownTags.Max;

    /// <summary>The columns of the samples; valid until the next call. After an exception this writer is of no more use.</summary>
    /// <exception cref="ArgumentException">A sample has another ingest time, or half a surrogate pair in a text.</exception>
    public ReadOnlySpan<byte> Write(ReadOnlySpan<Sample> samples, IngestTime ingest)
    {
        _out.Clear();
        _out.Unsigned((uint)samples.Length);
        if (samples.IsEmpty)
            return _out.Written;
        Start(samples.Length);
        Gather(samples, ingest, out uint anyStatus, out int servers);
        Runs.Write(_column.AsSpan(0, samples.Length), _out);
        Names();
        Events(samples.Length, ingest);
        Servers(samples, servers);
        Statuses(samples, anyStatus);
        Runs.Write(_classes.AsSpan(0, samples.Length), _out);
        ReadOnlySpan<byte> values = _values.Written;
        values.CopyTo(_out.WithRoom(values.Length).AsSpan(_out.Length));
        _out.Length += values.Length;
        return _out.Written;
    }

    void Start(int samples)
    {
        if (_column.Length < samples)
        {
            int room = (int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(samples, 64));
            _column = new ulong[room];
            _classes = new ulong[room];
            _headColumn = new ulong[room];
            _tailColumn = new ulong[room];
            _events = new long[room];
            _states = new TagState[room];
            _newestOfTail = new int[room];
        }

        _batch++;
        _values.Clear();
        _order.Start();
        _heads.Start();
        _tails.Start();
        _headTexts.Clear();
        _tailTexts.Clear();
    }

    // One pass over the samples, which are large: order into the column, classes and values beside it.
    void Gather(ReadOnlySpan<Sample> samples, IngestTime ingest, out uint anyStatus, out int servers)
    {
        anyStatus = 0;
        servers = 0;
        int last = -1;
        int control = -1;
        Span<ulong> column = _column.AsSpan(0, samples.Length);
        Span<ulong> classes = _classes.AsSpan(0, samples.Length);
        Span<long> events = _events.AsSpan(0, samples.Length);
        Span<TagState> states = _states;
        for (int i = 0; i < samples.Length; i++)
        {
            ref readonly Sample sample = ref samples[i];

            // Ingest time is stored once per batch; another one would come back changed, and a replay would see other times than live did.
            if (sample.Ingest.UnixNanoseconds != ingest.UnixNanoseconds)
                throw new ArgumentException($"Sample {i} ({sample.Tag}) was ingested at {sample.Ingest}, its batch at {ingest}.", nameof(samples));
            last = _known.Find(sample.Tag, last);
            ref KnownTag tag = ref _known[last];
            if (tag.Batch != _batch)
                Introduce(ref tag);
            int place = tag.Place;
            column[i] = _order.Say(place);
            events[i] = sample.Event.UnixNanoseconds;
            anyStatus |= sample.Quality.StatusCode;
            if (sample.Server.HasValue)
                servers++;
            classes[i] = Value(sample.Value, ref states[place], ref control);
        }
    }

    void Introduce(ref KnownTag tag)
    {
        int place = _order.Count;
        tag.Batch = _batch;
        tag.Place = place;
        _headColumn[place] = _heads.Say(PlaceOf(tag.Head, _headTexts));
        int tail = PlaceOf(tag.Tail, _tailTexts);

        // What another pump's tag of the same name says about values is the best guess for this one's first.
        if (tail == _tails.Count)
            _states[place].Forget();
        else
            _states[place] = _states[_newestOfTail[tail]];
        _newestOfTail[tail] = place;
        _tailColumn[place] = _tails.Say(tail);
    }

    int PlaceOf(NamePart part, List<NamePart> texts)
    {
        if (part.Batch != _batch)
        {
            part.Batch = _batch;
            part.Place = texts.Count;
            texts.Add(part);
        }

        return part.Place;
    }

    /// <returns>The number in the column of classes.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    ulong Value(in TagValue value, ref TagState state, ref int control)
    {
        long number = value.Bits;
        int ofClass;
        switch (value.Kind)
        {
            case TagValueKind.Double: ofClass = ValueClass.Of(BitConverter.Int64BitsToDouble(number), state, out number); break;
            case TagValueKind.Int64: ofClass = ValueClass.Int64; break;
            case TagValueKind.Bool: ofClass = ValueClass.Bool; break;
            default: return Other(value, ref state, ref control);
        }

        ulong told = ofClass == state.Class ? 0 : (ulong)ofClass + 1;
        if (ofClass == ValueClass.Special)
        {
            state.Class = ValueClass.Special;
            Number(ByteSheet.ZigZag(number), ref control);
            return told;
        }

        Number(ByteSheet.ZigZag(number - state.BaseOf(ofClass)), ref control);
        state.Take(ofClass, number);
        return told;
    }

    ulong Other(in TagValue value, ref TagState state, ref int control)
    {
        int ofClass = value.Kind switch
        {
            TagValueKind.None => ValueClass.None,
            TagValueKind.String => ValueClass.String,
            _ => ValueClass.Blob,
        };
        ulong told = ofClass == state.Class ? 0 : (ulong)ofClass + 1;
        state.Class = (byte)ofClass;
        if (ofClass == ValueClass.String && !string.Equals(value.String, state.Text, StringComparison.Ordinal))
        {
            Number(1, ref control);
            state.Text = value.String;
            Text(value.String);
            return told;
        }

        Number(0, ref control);
        if (ofClass == ValueClass.Blob)
        {
            value.Blob.Digest.ToBytes().CopyTo(_values.WithRoom(32).AsSpan(_values.Length));
            _values.Length += 32;
            _values.Signed(value.Blob.Size);
        }

        return told;
    }

    void Text(string text)
    {
        int bytes = Utf8.GetByteCount(text);
        _values.Unsigned((uint)bytes);
        Utf8.GetBytes(text, _values.WithRoom(bytes).AsSpan(_values.Length));
        _values.Length += bytes;
    }

    // Half a byte that is the number itself below 8, else 7 and the number of bytes that follow. Two halves share a byte, which stands
    // before what the first of them brings.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    void Number(ulong number, ref int control)
    {
        byte[] bytes = _values.WithRoom(9);
        int at = _values.Length;

        // Nothing here depends on the number by a jump, which could not be foretold.
        int follow = (71 - BitOperations.LeadingZeroCount(number)) >> 3;
        int half = number < 8 ? (int)number : 7 + follow;
        follow = number < 8 ? 0 : follow;
        if (control < 0)
        {
            control = at;
            bytes[at++] = (byte)half;
        }
        else
        {
            bytes[control] |= (byte)(half << 4);
            control = -1;
        }

        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(at), number);
        _values.Length = at + follow;
    }

    void Names()
    {
        int tags = _order.Count;
        Runs.Write(_headColumn.AsSpan(0, tags), _out);
        Runs.Write(_tailColumn.AsSpan(0, tags), _out);
        Texts(_headTexts);
        Texts(_tailTexts);
    }

    void Texts(List<NamePart> texts)
    {
        byte[] before = [];
        foreach (NamePart text in texts)
        {
            int shared = text.Utf8.AsSpan().CommonPrefixLength(before);
            _out.Unsigned((uint)shared);
            _out.Bytes(text.Utf8.AsSpan(shared));
            before = text.Utf8;
        }
    }

    void Events(int samples, IngestTime ingest)
    {
        ReadOnlySpan<long> events = _events.AsSpan(0, samples);
        _out.Signed(events[0] - ingest.UnixNanoseconds);
        Span<ulong> column = _column.AsSpan(0, samples - 1);
        if (column.IsEmpty)
            return;
        int unit = TimeUnit.Largest;
        for (int i = 0; i < column.Length; i++)
        {
            long step = events[i + 1] - events[i];
            column[i] = (ulong)step;
            if (step != 0)
                unit = TimeUnit.Fitting(step, unit);
        }

        long nanoseconds = TimeUnit.Nanoseconds(unit);
        foreach (ref ulong step in column)
            step = step == 0 ? 0 : ByteSheet.ZigZag((long)step / nanoseconds);
        _out.Byte((byte)unit);
        Runs.Write(column, _out);
    }

    void Servers(ReadOnlySpan<Sample> samples, int servers)
    {
        _out.Byte(servers == 0 ? Presence.None : servers == samples.Length ? Presence.All : Presence.Some);
        if (servers == 0)
            return;
        if (servers < samples.Length)
        {
            for (int i = 0; i < samples.Length; i++)
                _column[i] = samples[i].Server.HasValue ? 1u : 0u;
            Runs.Write(_column.AsSpan(0, samples.Length), _out);
        }

        int count = 0;
        foreach (ref readonly Sample sample in samples)
        {
            if (sample.Server is { } server)
                _column[count++] = ByteSheet.ZigZag(server.UnixNanoseconds - sample.Event.UnixNanoseconds);
        }

        Runs.Write(_column.AsSpan(0, count), _out);
    }

    void Statuses(ReadOnlySpan<Sample> samples, uint any)
    {
        Span<ulong> column = _column.AsSpan(0, samples.Length);
        if (any == 0)
        {
            column.Clear();
        }
        else
        {
            for (int i = 0; i < column.Length; i++)
                column[i] = samples[i].Quality.StatusCode;
        }

        Runs.Write(column, _out);
    }
}
